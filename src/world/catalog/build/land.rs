//! The outlines of land: a `TopoJSON` file unpacked, cut at the meridian of 180°, and rounded.
//!
//! A `TopoJSON` file holds arcs, each a first point and steps from point to point in whole numbers, which `scale` and
//! `translate` turn into degrees. Rings are lists of arcs; `~i` is arc `i` backwards. Source: the `TopoJSON` format
//! specification 1.0.

use std::path::Path;

use serde_json::Value;

use super::sheet::{About, Sheet, decimals};
use crate::basis::error::{Error, Result};

/// What the file is called in the package and in a folder of raw tables.
pub(super) const FILE: &str = "land-110m.json";

const ABOUT: About<'_> = About {
    source: "npm world-atlas 2.0.2 land-110m.json (Natural Earth 4.1, 1:110 million)",
    date: "2018",
    method: "arcs of the TopoJSON unpacked and joined; rings that cross the meridian of 180 degrees cut there, Antarctica closed along the South Pole; rounded to 0.1 degrees, points that fall together and rings without an area left out; land is what is inside an odd number of rings",
    faults: "coarse: coasts are off by up to some ten kilometres, small islands (Singapore, Malta, Hawaii in part) are missing, of lakes there is only the Caspian; the date is that of Natural Earth 4.1; borders of countries are not in it",
    licence: "public domain (Natural Earth), ISC (world-atlas)",
};

/// Longitude and latitude, degrees.
type Point = (f64, f64);

/// The table of outlines made from the `TopoJSON` `file`.
///
/// # Errors
/// When it cannot be read or is not a `TopoJSON` of polygons called `land`.
pub(super) fn land(file: &Path) -> Result<Sheet> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|why| Error::input(format!("`{name}` cannot be read: {why}")))?;
    let wrong = |what: &str| Error::input(format!("`{name}` is no TopoJSON of land: {what}"));
    let topology: Value = serde_json::from_str(&text).map_err(|why| wrong(&why.to_string()))?;
    let arcs = arcs(&topology).ok_or_else(|| wrong("its arcs or its transform are incomplete"))?;
    let rings = rings(&topology, &arcs).ok_or_else(|| wrong("object `land` is no collection of polygons"))?;
    let mut sheet = Sheet::new(&ABOUT, &["ring", "latitude", "longitude"]);
    let pieces = rings.iter().flat_map(|ring| cut(ring));
    for (number, ring) in pieces.filter_map(|piece| rounded(&piece)).enumerate() {
        for (lon, lat) in ring {
            sheet.row(&[number.to_string(), decimals(lat, 1), decimals(lon, 1)]);
        }
    }
    Ok(sheet)
}

/// All arcs in degrees.
fn arcs(topology: &Value) -> Option<Vec<Vec<Point>>> {
    let transform = &topology["transform"];
    let (scale, shift) = (pair(&transform["scale"])?, pair(&transform["translate"])?);
    let unpack = |arc: &Value| -> Option<Vec<Point>> {
        let (mut x, mut y) = (0.0, 0.0);
        let mut points = Vec::new();
        for step in arc.as_array()? {
            let step = pair(step)?;
            (x, y) = (x + step.0, y + step.1);
            points.push((x * scale.0 + shift.0, y * scale.1 + shift.1));
        }
        Some(points)
    };
    topology["arcs"].as_array()?.iter().map(unpack).collect()
}

fn pair(value: &Value) -> Option<Point> {
    Some((value[0].as_f64()?, value[1].as_f64()?))
}

/// The rings of all polygons, without their last point, which is the first again.
fn rings(topology: &Value, arcs: &[Vec<Point>]) -> Option<Vec<Vec<Point>>> {
    let mut rings = Vec::new();
    for geometry in topology["objects"]["land"]["geometries"].as_array()? {
        let polygons = match geometry["type"].as_str()? {
            "Polygon" => std::slice::from_ref(&geometry["arcs"]),
            "MultiPolygon" => geometry["arcs"].as_array()?,
            _ => return None,
        };
        for polygon in polygons {
            for ring in polygon.as_array()? {
                rings.push(joined(ring, arcs)?);
            }
        }
    }
    Some(rings)
}

fn joined(ring: &Value, arcs: &[Vec<Point>]) -> Option<Vec<Point>> {
    let mut points = Vec::new();
    for index in ring.as_array()? {
        let index = index.as_i64()?;
        let arc = arcs.get(usize::try_from(if index < 0 { !index } else { index }).ok()?)?;
        // The last point of an arc is the first of the next one.
        let open = arc.len().checked_sub(1)?;
        if index < 0 {
            points.extend(arc.iter().rev().take(open));
        } else {
            points.extend(&arc[..open]);
        }
    }
    Some(points)
}

/// The parts of a ring on each side of the meridian of 180°, as rings with longitudes from −180 to 180.
fn cut(ring: &[Point]) -> Vec<Vec<Point>> {
    let (unrolled, turn) = unroll(ring);
    if turn != 0.0 {
        return vec![around_the_pole(unrolled, turn)];
    }
    let turns = [-360.0, 0.0, 360.0];
    let parts = turns.map(|by| {
        let shifted: Vec<Point> = unrolled.iter().map(|&(lon, lat)| (lon + by, lat)).collect();
        beyond(&beyond(&shifted, -180.0, 1.0), 180.0, -1.0)
    });
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

/// The ring with longitudes that run on where they would jump from one side of the map to the other, and how far it
/// gets in one round: nothing, or 360° either way where there is a pole inside.
fn unroll(ring: &[Point]) -> (Vec<Point>, f64) {
    let mut by = 0.0;
    let mut last = ring.first().map_or(0.0, |point| point.0);
    let mut follow = |lon: f64| {
        by -= 360.0 * ((lon - last) / 360.0).round();
        last = lon;
        lon + by
    };
    let points: Vec<Point> = ring.iter().map(|&(lon, lat)| (follow(lon), lat)).collect();
    let Some(&(first, _)) = ring.first() else {
        return (points, 0.0);
    };
    let turn = follow(first) - first;
    (points, turn)
}

/// A ring around the South Pole as an area of the map: from one side to the other and back along its foot.
fn around_the_pole(unrolled: Vec<Point>, turn: f64) -> Vec<Point> {
    let wrapped = unrolled
        .into_iter()
        .map(|(lon, lat)| ((lon + 180.0).rem_euclid(360.0) - 180.0, lat));
    let mut shore: Vec<Point> = wrapped.collect();
    let westernmost = (0..shore.len())
        .min_by(|&a, &b| shore[a].0.total_cmp(&shore[b].0))
        .unwrap_or(0);
    shore.rotate_left(westernmost);
    if turn < 0.0 {
        // Westwards: the westernmost point comes first, then the others from the east.
        shore[1..].reverse();
    }
    let at_the_edge = shore[0].1;
    let mut ring = vec![(-180.0, -90.0), (-180.0, at_the_edge)];
    ring.extend(shore);
    ring.extend([(180.0, at_the_edge), (180.0, -90.0)]);
    ring
}

/// The part of a ring on one side of the meridian at `lon`: east of it for a `side` of 1, west for −1. Source:
/// Sutherland and Hodgman 1974, reentrant polygon clipping.
fn beyond(ring: &[Point], lon: f64, side: f64) -> Vec<Point> {
    let mut kept = Vec::new();
    for (i, &b) in ring.iter().enumerate() {
        let a = ring[(i + ring.len() - 1) % ring.len()];
        let (from, to) = ((a.0 - lon) * side, (b.0 - lon) * side);
        if (from < 0.0) != (to < 0.0) {
            kept.push((lon, a.1 + (b.1 - a.1) * from / (from - to)));
        }
        if to >= 0.0 {
            kept.push(b);
        }
    }
    kept
}

/// The ring in tenths of degrees, without points that say nothing new; none where no area is left.
fn rounded(ring: &[Point]) -> Option<Vec<Point>> {
    let tenth = |x: f64| (x * 10.0).round() / 10.0;
    let mut points: Vec<Point> = ring.iter().map(|&(lon, lat)| (tenth(lon), tenth(lat))).collect();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let twice_the_area: f64 = (0..points.len())
        .map(|i| {
            let (a, b) = (points[i], points[(i + 1) % points.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum();
    (points.len() >= 3 && twice_the_area.abs() > 1e-6).then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two squares in three arcs: one around (10, 10) made of two arcs of which one runs backwards, one across the
    /// meridian of 180°.
    const SMALL: &str = r#"{
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [-180, -90]},
        "objects": {"land": {"type": "GeometryCollection", "geometries": [
            {"type": "MultiPolygon", "arcs": [[[0, -2]], [[2]]]}
        ]}},
        "arcs": [
            [[370, 190], [20, 0], [0, 20]],
            [[370, 190], [0, 20], [20, 0]],
            [[710, 190], [-700, 0], [0, 20], [700, 0], [0, -20]]
        ]
    }"#;

    fn made(text: &str) -> Result<Vec<String>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let text = String::from_utf8(land(file.path())?.into_bytes()).unwrap();
        Ok(text.lines().skip(6).map(str::to_owned).collect())
    }

    #[test]
    fn arcs_are_unpacked_joined_turned_round_and_cut_at_the_edge_of_the_map() {
        let expected = [
            "0,5,5",
            "0,5,15",
            "0,15,15",
            "0,15,5", // the first square
            "1,5,-180",
            "1,5,-175",
            "1,15,-175",
            "1,15,-180", // east of the meridian
            "2,5,175",
            "2,5,180",
            "2,15,180",
            "2,15,175", // west of it
        ];
        let mut rows = made(SMALL).unwrap();
        let mut wanted: Vec<String> = expected.iter().map(|row| (*row).to_owned()).collect();
        // Where a ring begins is of no matter.
        rows.sort();
        wanted.sort();
        assert_eq!(rows, wanted);
    }

    #[test]
    fn a_ring_around_the_pole_is_closed_along_it_whichever_way_it_runs() {
        let eastwards = [(-100.0, -80.0), (20.0, -70.0), (140.0, -75.0)];
        let mut westwards = eastwards;
        westwards.reverse();
        for ring in [eastwards, westwards] {
            let parts = cut(&ring);
            let expected = [
                (-180.0, -90.0),
                (-180.0, -80.0),
                (-100.0, -80.0),
                (20.0, -70.0),
                (140.0, -75.0),
                (180.0, -80.0),
                (180.0, -90.0),
            ];
            assert_eq!(parts, [expected]);
        }
    }

    #[test]
    fn rings_that_rounding_leaves_without_an_area_are_left_out() {
        assert_eq!(rounded(&[(1.0, 1.0), (1.04, 1.0), (1.0, 1.04)]), None);
        assert_eq!(rounded(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]), None);
    }

    #[test]
    fn a_file_that_is_no_topology_is_named_with_what_is_wrong() {
        for (text, what) in [
            ("{", "EOF"),
            ("{}", "its arcs or its transform are incomplete"),
            (
                &*SMALL.replace("land", "sea"),
                "object `land` is no collection of polygons",
            ),
            (
                &*SMALL.replace("-2", "-9"),
                "object `land` is no collection of polygons",
            ),
        ] {
            let message = made(text).err().unwrap().to_string();
            assert!(message.contains(what), "{message}");
        }
    }
}
