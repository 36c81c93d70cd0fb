//! The rate limit: a number of requests per minute of the clock.

use jiff::Timestamp;

use super::message::{Refusal, Response};

const MINUTE: i64 = 60;

/// The requests in the current minute.
#[derive(Debug)]
pub(super) struct Window {
    limit: u32,
    minute: i64,
    used: u32,
}

impl Window {
    pub const fn new(limit: u32) -> Self {
        Self { limit, minute: i64::MIN, used: 0 }
    }

    /// Counts a request, or refuses it.
    pub fn count(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let minute = now.as_second().div_euclid(MINUTE);
        if minute != self.minute {
            (self.minute, self.used) = (minute, 0);
        }
        if self.used >= self.limit {
            return Err(Refusal::new(429, "rate limit exceeded"));
        }
        self.used += 1;
        Ok(())
    }

    /// Adds the headers of a used-up limit, whatever was counted.
    pub fn add_limit_headers(&self, response: Response, now: Timestamp) -> Response {
        let minute = now.as_second().div_euclid(MINUTE);
        Self { limit: self.limit, minute, used: self.limit }.tell(response)
    }

    /// Adds the headers of the current state, which every response has.
    pub fn tell(&self, response: Response) -> Response {
        let reset = self.minute.saturating_add(1).saturating_mul(MINUTE);
        response
            .with("X-RateLimit-Scope", "organization")
            .with("X-RateLimit-Limit", self.limit.to_string())
            .with("X-RateLimit-Remaining", (self.limit - self.used).to_string())
            .with("X-RateLimit-Reset", reset.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_resets_every_minute() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut window = Window::new(2);
        assert_eq!(window.count(at(119)), Ok(()));
        assert_eq!(window.count(at(119)), Ok(()));
        assert_eq!(window.count(at(119)).unwrap_err().status, 429);
        let told = window.tell(Response::empty());
        assert_eq!(told.header("x-ratelimit-remaining"), Some("0"));
        assert_eq!(told.header("x-ratelimit-reset"), Some("120"));
        assert_eq!(window.count(at(120)), Ok(()));
        assert_eq!(window.tell(Response::empty()).header("x-ratelimit-remaining"), Some("1"));
    }
}
