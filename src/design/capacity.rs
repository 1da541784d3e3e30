//! How many requests a region can work on at once, and how many servers it is to be given.
//!
//! A *server* works on one request at a time; an *instance* is a machine with `concurrency` servers. A request holds a
//! server for its service time, and none while it waits for data or other regions.

/// What is said of the regions' servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// Servers that are there, by candidate; none where there are always enough, or as many as [`Capacity::sizing`] says.
    pub servers: Vec<Option<u32>>,
    /// How many servers are to be there; none where that is not asked.
    pub sizing: Option<Sizing>,
    /// What becomes of requests that a region cannot take.
    pub overload: Overload,
    /// What users do who wait too long; none where they wait.
    pub retry: Option<Retry>,
    /// Ceilings of stores, by store of the scenario.
    pub stores: Vec<StoreCeiling>,
}

/// What is asked of a region's servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizing {
    /// Servers of an instance, at least 1.
    pub concurrency: u32,
    /// No server is to be busy for a larger share of the peak hour: above 0, at most 1.
    pub max_utilisation: f64,
    /// What is promised about waits and responses at the peak hour.
    pub promises: Vec<TimePromise>,
    /// Zones that instances are spread over evenly, by candidate, at least 1.
    pub zones: Vec<u32>,
    /// Instances of each zone at least.
    pub min_per_zone: u32,
    /// Whether what is promised holds after the loss of any one zone of a region; its users stay in the region.
    pub survive_zone: bool,
    /// So many regions may be lost at once, whichever, and what is promised holds: 0, 1 or 2.
    pub survive_regions: u32,
    /// Room for bursts: servers are counted for a load larger by this share, at least 0.
    pub spare: f64,
    /// Time until a new instance takes requests, s; none where nothing grows by itself.
    pub scale_out_s: Option<f64>,
    /// Whether the number of instances follows the load hour by hour; else it is that of the peak hour all year.
    pub hourly: bool,
}

/// A promise about a time at the peak hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimePromise {
    /// Whether the wait alone is meant, or wait and service together.
    pub of: TimeOf,
    /// Share of requests that it holds for: above 0, below 1.
    pub share: f64,
    /// The time, ms.
    pub within_ms: f64,
}

/// What a promise is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeOf {
    /// The wait for a server.
    Wait,
    /// Wait and service: the convolution of both.
    Response,
}

/// What becomes of requests that a region cannot take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Overload {
    /// Nothing is done about it: the queue grows without end, and the set is said to be unstable.
    Queue,
    /// What goes beyond the ceiling is turned away.
    Shed,
    /// What goes beyond the ceiling goes to the next region of the set; what no region can take is turned away.
    Spill,
    /// Every request is served with this share of the work, above 0 and below 1; what still goes beyond is turned away.
    Degrade(f64),
}

/// What users do who wait too long: they ask again, and what they asked for before is worked on all the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Wait and service together that a user waits for, ms.
    pub after_ms: f64,
    /// So many times they ask again at most, at least 1.
    pub times: u32,
}

/// How much a store takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StoreCeiling {
    /// Operations a second that one copy answers; none where that is no limit.
    pub operations_per_second: Option<f64>,
    /// Connections that one copy takes; none where that is no limit.
    pub connections: Option<u32>,
    /// Connections that an instance holds to its copy.
    pub connections_per_instance: u32,
}

/// A planner's question: what a region needs while others are lost, so many years from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityQuestion {
    /// The candidate asked about.
    pub region: usize,
    /// Candidates that are lost meanwhile, ascending; empty for normal times.
    pub lost: Vec<usize>,
    /// Years from the start.
    pub year: u32,
}
