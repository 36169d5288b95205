//! Vectors that look like embeddings and are the same in every run.

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// A vector of length 1 made of the text's hash.
pub fn vector(text: &str, length: u64) -> Vec<f32> {
    // FNV-1a, then splitmix64.
    let mut state = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The upper 24 bits, which is what a float holds, as a number from -1 to 1.
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let numbers: Vec<f32> = (0..length).map(|_| next()).collect();
    let norm = numbers.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::EPSILON);
    numbers.iter().map(|number| number / norm).collect()
}

/// OpenAI's `encoding_format: base64`.
pub fn base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    BASE64_STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_own_vector_of_length_one() {
        let one = vector("one", 5);
        assert_eq!(one, vector("one", 5));
        assert_ne!(one, vector("two", 5));
        let norm: f32 = one.iter().map(|number| number * number).sum();
        assert!((norm - 1.0).abs() < 1e-5, "{one:?}");
    }
}
