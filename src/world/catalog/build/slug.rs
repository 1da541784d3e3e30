//! Names people can type: `São Paulo` → `sao-paulo`.

/// `name` in lower-case ASCII letters and digits, words joined by hyphens. A letter with a mark loses the mark,
/// an apostrophe vanishes, anything else separates words.
pub(in crate::world::catalog) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().filter(|c| !matches!(c, '\'' | '’' | '‘')) {
        match plain(letter) {
            Some(plain) => slug.push(plain),
            None if slug.ends_with('-') || slug.is_empty() => {}
            None => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The letter without its mark: those that GeoNames uses in Latin transcriptions.
fn plain(letter: char) -> Option<char> {
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    Some(match lower {
        'a'..='z' | '0'..='9' => lower,
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'ḑ' | 'ḍ' | 'đ' => 'd',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => 'e',
        'ğ' | 'ģ' | 'ġ' => 'g',
        'ḩ' | 'ḥ' | 'ħ' => 'h',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ł' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'ŏ' => 'o',
        'ř' | 'ŗ' => 'r',
        'ś' | 'ş' | 'š' | 'ș' | 'ṣ' => 's',
        'ţ' | 'ț' | 'ť' | 'ṭ' => 't',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ŭ' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' | 'ẓ' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn marks_fall_off_and_words_are_joined_by_hyphens() {
        assert_eq!(slug("São Paulo"), "sao-paulo");
        assert_eq!(slug("Xi’an"), "xian");
        assert_eq!(slug("Al Maḩallah al Kubrá"), "al-mahallah-al-kubra");
        assert_eq!(slug("İzmir"), "izmir");
        assert_eq!(slug("Kuala Lumpur / Johor"), "kuala-lumpur-johor");
        assert_eq!(slug("Washington, D.C."), "washington-d-c");
    }
}
