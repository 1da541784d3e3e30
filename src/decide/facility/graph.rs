//! Costs from a graph: the shortest way from each vertex to each other.

use super::matrix::Costs;
use crate::basis::error::{Error, Problem, Result};

/// Costs where every vertex is a user of weight 1 and a site, and a cost is the length of the shortest way.
///
/// An edge `(a, b, length)` can be gone both ways; vertices count from 0. Where an edge is given twice the last one
/// holds, as the files of OR-Library want it (Beasley 1990, *OR-Library: distributing test problems by electronic
/// mail*). Vertices that are not connected may not serve each other. Takes time with the cube of the vertices
/// (Floyd and Warshall).
///
/// ```
/// use isochrone::decide::facility::graph::shortest_ways;
/// let costs = shortest_ways(3, &[(0, 1, 9.0), (1, 2, 4.0), (1, 0, 5.0)])?;
/// assert_eq!(costs.cost(0, 2), 9.0);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When there are no vertices, an edge names one that is not there, or its length is negative or not finite.
pub fn shortest_ways(vertices: usize, edges: &[(usize, usize, f64)]) -> Result<Costs> {
    let mut problems = Vec::new();
    for (number, &(a, b, length)) in edges.iter().enumerate() {
        if a >= vertices || b >= vertices {
            problems.push(
                Problem::error(format!("edge {number}: from {a} to {b}"))
                    .hint(format!("vertices are 0 to {}", vertices.saturating_sub(1))),
            );
        }
        if !(length.is_finite() && length >= 0.0) {
            problems.push(
                Problem::error(format!("edge {number}: length {length}"))
                    .hint("it should be finite and at least 0"),
            );
        }
    }
    if !problems.is_empty() {
        return Err(Error::problems_in_input(problems));
    }
    let mut way = vec![f64::INFINITY; vertices * vertices];
    for &(a, b, length) in edges {
        way[a * vertices + b] = length;
        way[b * vertices + a] = length;
    }
    for vertex in 0..vertices {
        way[vertex * vertices + vertex] = 0.0;
    }
    close(vertices, &mut way);
    Costs::from_table(vertices, vertices, way)
}

/// Lets ways go over each vertex in turn.
fn close(vertices: usize, way: &mut [f64]) {
    for over in 0..vertices {
        let onward = way[over * vertices..][..vertices].to_vec();
        for row in way.chunks_exact_mut(vertices) {
            let first = row[over];
            if first.is_finite() {
                for (direct, rest) in row.iter_mut().zip(&onward) {
                    *direct = direct.min(first + rest);
                }
            }
        }
    }
}
