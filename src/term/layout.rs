//! Keyboards with other than Latin letters: which Latin letter is at the same
//! place. For terminals that have the keyboard protocol but leave that out; those
//! that say it are believed.

/// Letters of a keyboard, and those at the same places of a Latin one. Where two
/// keyboards of one script differ, the commoner one is here.
const PLACES: [(&str, &str); 7] = [
    // Russian, with the letters of Ukrainian and Belarusian.
    ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    ("іїєґў", "s]'\\o"),
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ("קראטוןםפשדגכעיחלךףזסבהנמצתץ", "ertyuiopasdfghjkl;zxcvbnm,."),
    ("ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ", "qwertyuiop[]asdfghjkl;'zxcvnm,./"),
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm"),
    ("ქწერტყუიოპასდფგჰჯკლზხცვბნმ", "qwertyuiopasdfghjklzxcvbnm"),
];

/// The Latin letter at the place of this one.
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
    fn each_letter_has_a_place() {
        for (letters, places) in PLACES {
            assert_eq!(letters.chars().count(), places.chars().count(), "{letters}");
        }
    }

    #[test]
    fn letters_are_found_by_their_place() {
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
