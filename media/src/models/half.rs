//! IEEE 754 half precision to and from f32, rounding to nearest even. Used by the Whisper conversion only,
//! so that it gives the same bytes everywhere; it never touches audio.

/// The f32 with the same value; exact for every half.
pub fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 0x1f;
    let fraction = u32::from(half) & 0x3ff;
    let bits = match (exponent, fraction) {
        (0, 0) => 0,
        (0, fraction) => {
            // A subnormal half is a normal f32: shift the leading one up to the hidden place.
            let shift = fraction.leading_zeros() - 21;
            ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
        }
        (31, fraction) => 0x7f80_0000 | (fraction << 13),
        (exponent, fraction) => ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | bits)
}

/// The nearest half; ties go to the even one, too large becomes infinity.
pub fn from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude >= 0x7f80_0000 {
        let nan = if magnitude > 0x7f80_0000 { 0x200 } else { 0 };
        return sign | 0x7c00 | nan;
    }
    if magnitude >= 0x4780_0000 {
        return sign | 0x7c00;
    }
    if magnitude < 0x3880_0000 {
        // Subnormal: count in steps of 2^-24; f32 holds the product exactly enough to round once.
        let steps = f32::from_bits(magnitude) * 16_777_216.0;
        return sign | steps.round_ties_even() as u16;
    }
    let rebased = magnitude - (112 << 23);
    let kept = rebased >> 13;
    let rest = rebased & 0x1fff;
    let up = rest > 0x1000 || (rest == 0x1000 && kept & 1 == 1);
    sign | (kept + u32::from(up)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_half_survives_the_round_trip() {
        for half in 0..=u16::MAX {
            if (half >> 10) & 0x1f != 31 {
                assert_eq!(from_f32(to_f32(half)), half, "{half:#06x}");
            }
        }
    }

    #[test]
    fn known_values_and_ties() {
        assert_eq!(to_f32(0x3c00), 1.0);
        assert_eq!(to_f32(0x0001), 2f32.powi(-24));
        assert_eq!(from_f32(65504.0), 0x7bff);
        assert_eq!(from_f32(65520.0), 0x7c00);
        assert_eq!(from_f32(1.0 + 2f32.powi(-11)), 0x3c00);
        assert_eq!(from_f32(1.0 + 3.0 * 2f32.powi(-11)), 0x3c02);
    }
}
