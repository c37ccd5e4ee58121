//! A picture made of a text, for who has none: five by five fields in one colour, the right half mirroring the left.

use axum::body::Bytes;
use image::{Rgb, RgbImage};
use sha2::{Digest, Sha256};

/// What is drawn, as addresses name it: another drawing must have another name, since addresses are kept for ever.
pub const DRAWING: &str = "identicon1";

/// Fields on a side.
const FIELDS: u32 = 5;
/// Pixels on a side of a field.
const FIELD: u32 = 40;
/// Pixels around the fields.
const MARGIN: u32 = 28;
const BACKGROUND: Rgb<u8> = Rgb([240, 240, 240]);

/// The picture of a text, as a PNG of 256 pixels a side: always the same for the same text.
pub fn draw(text: &str) -> Bytes {
    let digest = Sha256::digest(text.as_bytes());
    let colour = colour(digest[0], digest[1]);
    let side = 2 * MARGIN + FIELDS * FIELD;
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let field = |at: u32| at.checked_sub(MARGIN).map(|at| at / FIELD).filter(|field| *field < FIELDS);
        let filled = field(x).zip(field(y)).is_some_and(|(column, row)| {
            let half = column.min(FIELDS - 1 - column);
            digest[(2 + row * FIELDS.div_ceil(2) + half) as usize] & 1 == 1
        });
        if filled { colour } else { BACKGROUND }
    });
    super::png(&picture.into()).expect("a PNG can be written to memory")
}

/// A colour of any hue that stands out from the background: HSL with a saturation of 45 to 65 % and a lightness of
/// 50 %.
fn colour(hue: u8, saturation: u8) -> Rgb<u8> {
    let hue = f32::from(hue) / 256.0 * 6.0;
    let chroma = 0.45 + f32::from(saturation) / 255.0 * 0.2;
    let channel = |shift: f32| {
        let away = ((hue + shift) % 6.0 - 3.0).abs();
        let strength = 0.5 + chroma * ((away - 1.0).clamp(0.0, 1.0) - 0.5);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a strength is between 0 and 1")]
        let value = (strength * 255.0).round() as u8;
        value
    };
    Rgb([channel(0.0), channel(4.0), channel(2.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_pictures_of_their_own() {
        let drawn: std::collections::HashSet<_> = (0..200).map(|at| draw(&format!("text {at}"))).collect();
        assert_eq!(drawn.len(), 200);
        assert_eq!(draw("text 1"), draw("text 1"));
    }

    #[test]
    fn picture_is_mirrored_and_stands_out() {
        let picture = image::load_from_memory(&draw("some text")).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (256, 256));
        assert_eq!(image::imageops::flip_horizontal(&picture), picture);
        let colours: std::collections::HashSet<_> = picture.pixels().collect();
        assert_eq!(colours.len(), 2);
    }
}
