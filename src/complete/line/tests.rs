//! Splitting bash lines, and quoting text for them.

use super::*;

const BREAKS: &str = " \t\n\"'@><=;|&(:";

fn typed(line: &str) -> (Vec<String>, String, String, Option<char>) {
    let typed = Typed::of_bash(line, BREAKS).unwrap();
    let kept = typed.word[..typed.kept].to_owned();
    (typed.before, typed.word, kept, typed.quote)
}

#[test]
fn a_line_is_split_into_words_and_the_part_to_replace() {
    for (line, before, word, kept, quote) in [
        ("", &[][..], "", "", None),
        ("axtok", &[], "axtok", "", None),
        ("axtok tokens ", &["axtok", "tokens"], "", "", None),
        ("  axtok\ttokens  sh", &["axtok", "tokens"], "sh", "", None),
        ("axtok --dataset prod=que", &["axtok", "--dataset"], "prod=que", "prod=", None),
        ("axtok --dataset=prod=q:r", &["axtok"], "--dataset=prod=q:r", "--dataset=prod=q:", None),
        ("axtok my\\ na", &["axtok"], "my na", "", None),
        ("axtok my\\", &["axtok"], "my", "", None),
        ("axtok 'my na", &["axtok"], "my na", "", Some('\'')),
        ("axtok \"my na", &["axtok"], "my na", "", Some('"')),
        ("axtok \"a\\$b\\c", &["axtok"], "a$b\\c", "", Some('"')),
        ("axtok --d=\"a b", &["axtok"], "--d=a b", "--d=", Some('"')),
        ("axtok 'a b'=c", &["axtok"], "a b=c", "a b=", None),
        ("axtok 'a=b'c", &["axtok"], "a=bc", "", None),
        ("axtok a\\=b", &["axtok"], "a=b", "", None),
        ("axtok ''", &["axtok"], "", "", None),
        ("axtok '' x", &["axtok", ""], "x", "", None),
        ("axtok >out 2>&1 t", &["axtok"], "t", "", None),
        ("axtok a2>out t", &["axtok", "a2"], "t", "", None),
        ("axtok <in t", &["axtok"], "t", "", None),
    ] {
        let before: Vec<_> = before.iter().map(|b| (*b).to_owned()).collect();
        let expected = (before, word.to_owned(), kept.to_owned(), quote);
        assert_eq!(typed(line), expected, "{line}");
    }
    for target in ["axtok >", "axtok > fi", "axtok 2>>fi", "axtok <'my fi"] {
        assert_eq!(Typed::of_bash(target, BREAKS), None, "{target}");
    }
}

#[test]
fn words_from_other_shells_lose_only_their_quotes() {
    let words = |word: &str| {
        let words = ["axtok", "a b", word].map(str::to_owned);
        let typed = Typed::of_words(&words).unwrap();
        assert_eq!((typed.before.as_slice(), typed.kept), (&words[..2], 0));
        typed.word
    };
    for (given, word) in [
        ("", ""),
        ("my", "my"),
        ("my na", "my na"),
        ("my\\ na", "my na"),
        ("'my na", "my na"),
        ("--dataset=prod=", "--dataset=prod="),
    ] {
        assert_eq!(words(given), word, "{given}");
    }
    assert_eq!(Typed::of_words(&[]), None);
}

#[test]
fn inserted_text_is_one_word_and_never_a_command() {
    for (line, value, put) in [
        ("axtok ", "plain-name_1", "plain-name_1"),
        ("axtok ", "my name", "my\\ name"),
        ("axtok ", "$(touch x)", "\\$\\(touch\\ x\\)"),
        ("axtok ", "a`b`;c|d&e", "a\\`b\\`\\;c\\|d\\&e"),
        ("axtok ", "~root*?[a]{b,c}!#'\"\\", "\\~root\\*\\?\\[a\\]\\{b,c\\}\\!\\#\\'\\\"\\\\"),
        ("axtok ", "日本 é", "日本\\ é"),
        ("axtok te", "team:ci", "team:ci"),
        ("axtok team:c", "team:ci", "ci"),
        ("axtok 'my", "my it's $x", "my it'\\''s $x"),
        ("axtok \"my", "my it's $x `y` \"z\" \\!", "my it's \\$x \\`y\\` \\\"z\\\" \\\\\"'!'\""),
        ("axtok --dataset=\"p", "--dataset=p x=", "p x="),
        ("axtok --dataset p=q", "p=query:read", "query:read"),
    ] {
        let typed = Typed::of_bash(line, BREAKS).unwrap();
        assert_eq!(typed.replacement(value).as_deref(), Some(put), "{line} {value}");
    }
    let typed = Typed::of_bash("axtok team:c", BREAKS).unwrap();
    assert_eq!(typed.replacement("other"), None);
}
