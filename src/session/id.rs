//! Ids that only need to be different from others.

const DIGITS: [char; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// 128 random bits as 32 hexadecimal digits.
#[must_use]
pub fn make(random: &mut dyn FnMut() -> u64) -> String {
    let digits = |bits: u64| {
        (0..u64::BITS / 4)
            .rev()
            .filter_map(move |place| DIGITS.get(usize::from((bits >> (place * 4)) as u8 & 15)))
    };
    let mut id = String::with_capacity(32);
    id.extend(digits(random()));
    id.extend(digits(random()));
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_all_its_digits() {
        let mut bits = [0x0123_4567_89ab_cdef, 7].into_iter();
        let id = make(&mut || bits.next().unwrap());
        assert_eq!(id, "0123456789abcdef0000000000000007");
    }
}
