//! Choosing from a numbered list: by number, by range, or by the first letters.

use super::prompter::{PromptAbort, Prompter};

/// How many items are printed at a time.
const PAGE: usize = 20;
/// How many choices a message names.
const NAMED: usize = 3;

/// Prints the next items of a long list.
pub const MORE: &str = "more";
/// Chooses every item.
pub const ALL: &str = "all";

/// The entries of a menu, or the commands of a question.
pub trait Choice: Copy + PartialEq + 'static {
    /// All of them, in the menu's order.
    const ALL: &'static [Self];

    /// The text in the menu. Of a command, the first word is what the user types.
    fn label(self) -> &'static str;

    /// Whether a number or the first letters are not enough, since it sends something.
    fn is_typed_in_full(self) -> bool {
        false
    }
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The positions of items; at least one.
    Items(Vec<usize>),
    /// One of the question's words.
    Word(&'static str),
}

/// A question about a numbered list.
#[derive(Clone, Copy, Debug)]
pub struct Pick<'a, T> {
    /// The question, printed before the list.
    pub question: &'a str,
    /// The items.
    pub items: &'a [T],
    /// The text for `?`, after which the list is printed again.
    pub help: &'a str,
    /// Words that can be typed instead of a number.
    pub words: &'a [&'static str],
    /// Whether several items can be chosen.
    pub many: bool,
    /// Whether the list is printed only for `?`.
    pub quiet: bool,
    /// The item for an empty line; without one, an empty line goes back.
    pub default: Option<usize>,
}

impl<'a, T: AsRef<str>> Pick<'a, T> {
    /// A question whose answer is one item.
    pub const fn one(question: &'a str, items: &'a [T], help: &'a str) -> Self {
        let (many, quiet) = (false, false);
        Self { question, items, help, words: &[], many, quiet, default: None }
    }

    /// What an answer chooses.
    ///
    /// # Errors
    /// What can be typed instead.
    fn read(&self, answer: &str) -> Result<Picked, String> {
        if let Some(items) = self.numbers(answer) {
            return items.map(Picked::Items);
        }
        let answer = answer.to_lowercase();
        if self.many && matches!(answer.as_str(), ALL | "all shown") && !self.items.is_empty() {
            return Ok(Picked::Items((0..self.items.len()).collect()));
        }
        match self.word(&answer) {
            Err(_) if self.many && answer.contains(',') => self.list(&answer),
            picked => picked,
        }
    }

    /// The word or item that an answer names.
    fn word(&self, answer: &str) -> Result<Picked, String> {
        let words = self.words.iter().map(|word| (*word, Picked::Word(word)));
        let items = self.items.iter().map(AsRef::as_ref).enumerate();
        let items = items.map(|(at, text)| (text, Picked::Items(vec![at])));
        one_of(answer, words.chain(items)).map_err(|why| format!("{why} {}", self.usage()))
    }

    /// The items that numbers and names, separated by commas, choose.
    fn list(&self, answer: &str) -> Result<Picked, String> {
        let mut items = Vec::new();
        for part in answer.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let more = match self.numbers(part) {
                Some(more) => more?,
                None => match self.word(part)? {
                    Picked::Items(more) => more,
                    Picked::Word(word) => return Err(format!("Type {word} alone.")),
                },
            };
            items.extend(more.into_iter().filter(|at| !items.contains(at)).collect::<Vec<_>>());
        }
        Ok(Picked::Items(items))
    }

    /// The items that numbers and ranges choose; `None` if the answer has other words.
    fn numbers(&self, answer: &str) -> Option<Result<Vec<usize>, String>> {
        let mut items = Vec::new();
        let words = answer.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        for word in words {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            let (from, to) = (from.parse::<usize>().ok()?, to.parse::<usize>().ok()?);
            if from == 0 || to > self.items.len() || from > to {
                return Some(Err(format!("There is no {word}. {}", self.usage())));
            }
            items.extend((from - 1..to).filter(|at| !items.contains(at)).collect::<Vec<_>>());
        }
        if items.len() > 1 && !self.many {
            return Some(Err(format!("Choose only one. {}", self.usage())));
        }
        Some(Ok(items)).filter(|_| !answer.trim().is_empty())
    }

    fn usage(&self) -> String {
        let range = match self.items.len() {
            0 => String::new(),
            1 => "1 or ".to_owned(),
            n if self.many => format!("numbers from 1 to {n} such as 1 3 5-7, all, or "),
            n => format!("a number from 1 to {n}, or "),
        };
        let words = self.words.iter().map(|word| format!("{word}, "));
        let words: String = words.collect();
        format!("Type {words}{range}the first letters of a choice. ? lists the choices.")
    }
}

/// The choice that this text, in lower case, names or begins.
fn one_of<'a, V>(typed: &str, choices: impl Iterator<Item = (&'a str, V)>) -> Result<V, String> {
    let mut fitting: Vec<(&str, V)> =
        choices.filter(|(text, _)| text.to_lowercase().starts_with(typed)).collect();
    // A whole name is also the beginning of longer ones.
    let whole = |text: &str| {
        let rest = text.to_lowercase().split_off(typed.len());
        rest.is_empty() || [". ", ", ", ": ", ",", " "].iter().any(|end| rest.starts_with(end))
    };
    let mut wholes = fitting.iter().enumerate().filter(|(_, (text, _))| whole(text));
    let only = match (wholes.next(), wholes.next(), fitting.len()) {
        (Some((at, _)), None, _) => Some(at),
        (_, _, 1) => Some(0),
        _ => None,
    };
    if let Some(at) = only {
        return Ok(fitting.swap_remove(at).1);
    }
    let key = |text: &str| text.split(['.', ',', ':']).next().unwrap_or_default().to_owned();
    let mut names: Vec<_> = fitting.iter().map(|(text, _)| key(text)).collect();
    if names.is_empty() {
        return Err("That is not one of the choices.".to_owned());
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(format!("This begins several choices: {}{more}.", names.join(", ")))
}

impl Prompter {
    /// Asks about a list. Prints it in pages; `more` prints the next page.
    pub async fn pick<T: AsRef<str>>(&mut self, pick: &Pick<'_, T>) -> Result<Picked, PromptAbort> {
        self.say("");
        let lists = if pick.quiet { " ? lists the choices." } else { "" };
        self.say(&format!("{}{lists}", pick.question));
        let mut shown = if pick.quiet { 0 } else { self.page(pick, 0) };
        let prompt = match (pick.many, pick.default) {
            (true, _) => "Numbers: ".to_owned(),
            (false, Some(at)) => format!("Number: [{}] ", at + 1),
            (false, None) => "Number: ".to_owned(),
        };
        loop {
            let answer = self.hear(&prompt).await?;
            match (answer.trim(), pick.default) {
                ("?" | "help", _) => {
                    self.say(pick.help);
                    let top = if shown == 0 { 0 } else { (shown - 1) / PAGE * PAGE };
                    shown = self.page(pick, top);
                }
                (MORE, _) if shown >= pick.items.len() => self.say("There are no more."),
                (MORE, _) => shown = self.page(pick, shown),
                ("", Some(at)) => return Ok(Picked::Items(vec![at])),
                ("" | "q" | "back", _) => return Err(PromptAbort::Back),
                (answer, _) => match pick.read(answer) {
                    Ok(picked) => return Ok(picked),
                    Err(why) => self.say(&why),
                },
            }
        }
    }

    /// Prints a page of a list, and returns the position after it.
    fn page<T: AsRef<str>>(&self, pick: &Pick<'_, T>, from: usize) -> usize {
        let all = pick.items.len();
        let to = all.min(from + PAGE);
        for (at, item) in pick.items.iter().enumerate().take(to).skip(from) {
            self.item(at + 1, item.as_ref());
        }
        if to < all {
            let next = PAGE.min(all - to);
            self.say(&format!("{} to {to} of {all}. more lists the next {next}.", from + 1));
        }
        to
    }

    /// Asks for an item of a list, and returns its position.
    pub async fn menu(
        &mut self,
        question: &str,
        choices: &[impl AsRef<str>],
        help: &str,
    ) -> Result<usize, PromptAbort> {
        self.one(&Pick::one(question, choices, help)).await
    }

    /// Asks for one item, and returns its position.
    pub async fn one<T: AsRef<str>>(&mut self, pick: &Pick<'_, T>) -> Result<usize, PromptAbort> {
        match self.pick(pick).await? {
            Picked::Items(items) => items.first().copied().ok_or(PromptAbort::Back),
            Picked::Word(_) => Err(PromptAbort::Back),
        }
    }

    /// Asks for an entry of a menu.
    pub async fn choose<C: Choice>(
        &mut self,
        question: &str,
        help: &str,
    ) -> Result<C, PromptAbort> {
        self.choose_again(question, help, false).await
    }

    /// Asks for an entry of a menu. With `again`, lists the entries only for `?`: a screen reader
    /// would read all of them again.
    pub async fn choose_again<C: Choice>(
        &mut self,
        question: &str,
        help: &str,
        again: bool,
    ) -> Result<C, PromptAbort> {
        let labels: Vec<_> = C::ALL.iter().map(|choice| choice.label()).collect();
        let at = self.one(&Pick { quiet: again, ..Pick::one(question, &labels, help) }).await?;
        C::ALL.get(at).copied().ok_or(PromptAbort::Back)
    }

    /// Asks for a command, and returns it with its arguments.
    pub async fn command<C: Choice>(
        &mut self,
        question: &str,
        help: &str,
    ) -> Result<(C, String), PromptAbort> {
        loop {
            let answer = self.hear(&format!("{question} ")).await?;
            let answer = answer.trim();
            match answer {
                "?" | "help" => {
                    self.say(help);
                    self.commands::<C>();
                    continue;
                }
                "" | "q" | "back" => return Err(PromptAbort::Back),
                _ => {}
            }
            let (word, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
            match command(word) {
                Ok(choice) => return Ok((choice, rest.trim().to_owned())),
                Err(why) => self.say(&why),
            }
        }
    }

    /// Lists the commands of a question.
    pub fn commands<C: Choice>(&self) {
        for (at, choice) in C::ALL.iter().enumerate() {
            self.item(at + 1, choice.label());
        }
    }
}

/// The command that a word, its beginning or a number means.
fn command<C: Choice>(typed: &str) -> Result<C, String> {
    let word = |choice: C| choice.label().split([' ', ':']).next().unwrap_or_default();
    let number = typed.parse::<usize>().ok().and_then(|n| C::ALL.get(n.checked_sub(1)?));
    let choices = C::ALL.iter().map(|choice| (word(*choice), *choice));
    let found = match number {
        Some(choice) => Ok(*choice),
        None => one_of(&typed.to_lowercase(), choices),
    };
    let choice = found.map_err(|why| format!("{why} ? lists them; q goes back."))?;
    if choice.is_typed_in_full() && typed != word(choice) {
        return Err(format!("Type {} in full.", word(choice)));
    }
    Ok(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str, many: bool) -> Result<Picked, String> {
        let items = ["prod. active", "prod-api. active", "prod-api-2. active", "Web. expired"];
        Pick { many, words: &["sort"], ..Pick::one("?", &items, "") }.read(answer)
    }

    #[test]
    fn numbers_ranges_and_first_letters_choose() {
        for (answer, wanted) in [
            ("2", &[1][..]),
            ("1 3", &[0, 2]),
            ("4,1-2", &[3, 0, 1]),
            ("2-3 3 2", &[1, 2]),
            ("all", &[0, 1, 2, 3]),
            ("all shown", &[0, 1, 2, 3]),
            ("w", &[3]),
            ("PROD-API", &[1]),
            ("prod", &[0]),
            ("prod, 4, prod-api-2, 1", &[0, 3, 2]),
        ] {
            assert_eq!(read(answer, true), Ok(Picked::Items(wanted.to_vec())), "{answer}");
        }
        assert_eq!(read("so", false), Ok(Picked::Word("sort")));
    }

    #[test]
    fn a_wrong_answer_is_told_what_is_possible() {
        for (answer, many, words) in [
            ("0", true, "There is no 0. Type sort, numbers from 1 to 4"),
            ("5", false, "There is no 5. Type sort, a number from 1 to 4"),
            ("3-1", true, "There is no 3-1."),
            ("1 2", false, "Choose only one."),
            ("all", false, "That is not one of the choices."),
            ("prod-", false, "This begins several choices: prod-api, prod-api-2."),
            ("prod, sort", true, "Type sort alone."),
            ("prod, x", true, "That is not one of the choices."),
            ("x", false, "? lists the choices."),
            ("99999999999999999999999", true, "not one of the choices"),
        ] {
            let why = read(answer, many).unwrap_err();
            assert!(why.contains(words), "{answer}: {why}");
        }
    }
}
