//! PNG: drawn larger than asked for and averaged down, which smooths every edge alike.

use plotters::backend::BitMapBackend;
use plotters::prelude::*;
use plotters::style::text_anchor::VPos;
use png::{AdaptiveFilterType, BitDepth, ColorType, Compression, Encoder, FilterType};

use crate::basis::error::Result;

use super::super::font::LINE_PER_EM;
use super::super::scene::{Scene, Shape, Text};
use super::{Grid, failed, rgb, text_style};

/// `scene` as a PNG image of `width` × `height` pixels.
pub(in super::super) fn png(scene: &Scene, width: u32, height: u32) -> Result<Vec<u8>> {
    let fine = oversampling(width, height);
    let size = (width * fine, height * fine);
    let mut pixels = vec![0u8; 3 * size.0 as usize * size.1 as usize];
    paint_all(scene, &mut pixels, size, Grid(scene.scale * f64::from(fine)))?;
    encode(&average(&pixels, size.0 as usize, fine as usize), width, height)
}

/// Pixels drawn per pixel and side: fewer for huge pictures, whose edges are fine enough, to stay below 200 MB.
fn oversampling(width: u32, height: u32) -> u32 {
    match u64::from(width) * u64::from(height) {
        0..=6_000_000 => 3,
        6_000_001..=16_000_000 => 2,
        _ => 1,
    }
}

fn paint_all(scene: &Scene, pixels: &mut [u8], size: (u32, u32), grid: Grid) -> Result<()> {
    let mut backend = BitMapBackend::with_buffer(pixels, size);
    let far = (size.0.cast_signed(), size.1.cast_signed());
    backend
        .draw_rect((0, 0), far, &rgb(scene.palette.ground), true)
        .map_err(failed)?;
    for shape in &scene.shapes {
        paint(&mut backend, shape, grid)?;
    }
    backend.present().map_err(failed)
}

fn paint(backend: &mut BitMapBackend, shape: &Shape, grid: Grid) -> Result<()> {
    match shape {
        Shape::Line {
            points,
            width,
            colour,
        } => {
            let points: Vec<_> = points.iter().map(|&p| grid.point(p)).collect();
            return stroke(backend, &points, grid.length(*width), rgb(*colour));
        }
        Shape::Area { points, colour } => {
            backend.fill_polygon(points.iter().map(|&p| grid.point(p)), &rgb(*colour))
        }
        Shape::Rect { rect, colour } => {
            let [from, to] = grid.corners(rect);
            backend.draw_rect(from, (to.0 - 1, to.1 - 1), &rgb(*colour), true)
        }
        Shape::Disc {
            centre,
            radius,
            colour,
        } => backend.draw_circle(grid.point(*centre), grid.length(*radius), &rgb(*colour), true),
        Shape::Text(text) => return write(backend, text, grid),
    }
    .map_err(failed)
}

/// Segment by segment with round joints: the backend's own wide paths leave holes where points lie close.
fn stroke(backend: &mut BitMapBackend, points: &[(i32, i32)], width: u32, colour: RGBColor) -> Result<()> {
    let style = colour.stroke_width(width);
    for pair in points.windows(2) {
        backend.draw_line(pair[0], pair[1], &style).map_err(failed)?;
    }
    // Hairlines need no joints.
    if width > 3 {
        for &point in points {
            backend
                .draw_circle(point, width / 2, &colour, true)
                .map_err(failed)?;
        }
    }
    Ok(())
}

/// The backend hangs a text half a line height above its base line.
fn write(backend: &mut BitMapBackend, text: &Text, grid: Grid) -> Result<()> {
    let size = text.em * grid.0 * LINE_PER_EM;
    let style = text_style(text, size, VPos::Top);
    let (x, y) = grid.point(text.at);
    // The backend rounds half the size the same way.
    let hang = (size / 2.0) as i32;
    let at = if text.upwards {
        (x - hang, y)
    } else {
        (x, y - hang)
    };
    backend.draw_text(&text.words, &style, at).map_err(failed)
}

/// The mean of each `fine` × `fine` block of a picture `wide` pixels wide.
fn average(pixels: &[u8], wide: usize, fine: usize) -> Vec<u8> {
    if fine == 1 {
        return pixels.to_vec();
    }
    let row_bytes = 3 * wide;
    let mut mean = Vec::with_capacity(pixels.len() / (fine * fine));
    let mut sums = vec![0u32; row_bytes / fine];
    for block in pixels.chunks_exact(row_bytes * fine) {
        sums.fill(0);
        for row in block.chunks_exact(row_bytes) {
            for (sum, pixels) in sums
                .as_chunks_mut::<3>()
                .0
                .iter_mut()
                .zip(row.chunks_exact(3 * fine))
            {
                for pixel in pixels.as_chunks::<3>().0 {
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += u32::from(*value);
                    }
                }
            }
        }
        let count = (fine * fine) as u32;
        mean.extend(sums.iter().map(|&sum| ((sum + count / 2) / count) as u8));
    }
    mean
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    // Flat colours repeat exactly: unfiltered rows compress best, at a third of the size of filtered ones.
    encoder.set_filter(FilterType::NoFilter);
    encoder.set_adaptive_filter(AdaptiveFilterType::NonAdaptive);
    encoder.set_compression(Compression::Default);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averaging_a_checkerboard_gives_grey() {
        let (black, white) = ([0u8; 3], [255u8; 3]);
        let board = [[black, white], [white, black]].concat().concat();
        assert_eq!(average(&board, 2, 2), [128, 128, 128]);
    }
}
