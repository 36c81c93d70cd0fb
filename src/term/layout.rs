//! Keyboards with non-Latin letters: the Latin letter on the same key. For terminals that
//! implement the keyboard protocol without reporting that letter; if they report it, theirs is
//! used.

/// The letters of a keyboard, and the Latin letters on the same keys. Where two layouts of one
/// script differ, this is the more common one.
const PLACES: [(&str, &str); 7] = [
    // Russian, then the extra letters of Ukrainian and Belarusian.
    ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    ("іїєґў", "s]'\\o"),
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ("קראטוןםפשדגכעיחלךףזסבהנמצתץ", "ertyuiopasdfghjkl;zxcvbnm,."),
    ("ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ", "qwertyuiop[]asdfghjkl;'zxcvnm,./"),
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm"),
    ("ქწერტყუიოპასდფგჰჯკლზხცვბნმ", "qwertyuiopasdfghjklzxcvbnm"),
];

/// The Latin letter on the key of this letter.
#[must_use]
pub fn latin(letter: char) -> Option<char> {
    let mut lower = letter.to_lowercase();
    let letter = lower.next().filter(|_| lower.next().is_none())?;
    PLACES.iter().find_map(|(letters, places)| {
        let at = letters.chars().position(|c| c == letter)?;
        places.chars().nth(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_a_position() {
        for (letters, places) in PLACES {
            assert_eq!(letters.chars().count(), places.chars().count(), "{letters}");
        }
    }

    #[test]
    fn letters_are_found_by_their_position() {
        for (letter, place) in [
            ('с', 'c'),
            ('С', 'c'),
            ('я', 'z'),
            ('і', 's'),
            ('ψ', 'c'),
            ('Ω', 'v'),
            ('ב', 'c'),
            ('ת', ','),
            ('ؤ', 'c'),
            ('ㅊ', 'c'),
            ('ც', 'c'),
        ] {
            assert_eq!(latin(letter), Some(place), "{letter}");
        }
        assert_eq!(latin('c'), None);
        assert_eq!(latin('é'), None);
    }
}
