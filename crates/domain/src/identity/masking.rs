//! How data of clients looks to users who may not see it (`docs/rules.md`, Masked data).

const MASK: &str = "***";
const PHONE_DIGITS_SHOWN: usize = 4;

/// Each word keeps its first letter: `John Doe` is `J*** D***`.
#[must_use]
pub fn masked_name(name: &str) -> String {
    name.split_whitespace().filter_map(masked_word).collect::<Vec<_>>().join(" ")
}

/// The first letter and the domain stay: `john@example.com` is `j***@example.com`.
#[must_use]
pub fn masked_email(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    format!("{}@{domain}", masked_word(local).unwrap_or_else(|| MASK.to_owned()))
}

/// The last four digits stay: `+12025552113` is `*******2113`.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let hidden = digits.len().saturating_sub(PHONE_DIGITS_SHOWN);
    digits.iter().enumerate().map(|(place, digit)| if place < hidden { '*' } else { *digit }).collect()
}

fn masked_word(word: &str) -> Option<String> {
    word.chars().next().map(|first| format!("{first}{MASK}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_the_first_letter_of_each_word() {
        assert_eq!(masked_name("John Doe"), "J*** D***");
        assert_eq!(masked_name("Ия"), "И***");
    }

    #[test]
    fn an_email_keeps_its_first_letter_and_its_domain() {
        assert_eq!(masked_email("john@example.com"), "j***@example.com");
    }

    #[test]
    fn a_phone_keeps_its_last_four_digits() {
        assert_eq!(masked_phone("+1 202 555 2113"), "*******2113");
    }

    #[test]
    fn masks_of_names_and_emails_tell_nothing_of_lengths() {
        assert_eq!(masked_name("Jo"), masked_name("Johannes"));
        assert_eq!(masked_email("jo@example.com"), masked_email("johannes@example.com"));
    }
}
