//! The region graph, and the RTT between any two points: paths from landmarks, access, jitter.
