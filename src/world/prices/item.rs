//! What has a price, and the unit it is priced in.

/// A thing that has a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A server of one instance type, per hour.
    Instance,
    /// Data from a region out to the internet, per GB.
    Egress,
    /// Data from a region to another, per GB.
    InterRegion,
    /// Data between zones of one region, per GB.
    CrossZone,
    /// Data from a CDN to its users, per GB.
    CdnEgress,
    /// Requests that a CDN answers, per million.
    CdnRequest,
    /// Reads of a store, per million.
    StoreRead,
    /// Writes of a store, per million.
    StoreWrite,
    /// What a store keeps, per GB and month.
    StoreStorage,
    /// One copy of a store, per hour.
    StoreReplica,
    /// What a region costs however much it serves, per month.
    RegionFixed,
}

impl Item {
    /// All items.
    pub const ALL: [Item; 11] = [
        Item::Instance,
        Item::Egress,
        Item::InterRegion,
        Item::CrossZone,
        Item::CdnEgress,
        Item::CdnRequest,
        Item::StoreRead,
        Item::StoreWrite,
        Item::StoreStorage,
        Item::StoreReplica,
        Item::RegionFixed,
    ];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Item::Instance => "instance",
            Item::Egress => "egress",
            Item::InterRegion => "inter_region",
            Item::CrossZone => "cross_zone",
            Item::CdnEgress => "cdn_egress",
            Item::CdnRequest => "cdn_request",
            Item::StoreRead => "store_read",
            Item::StoreWrite => "store_write",
            Item::StoreStorage => "store_storage",
            Item::StoreReplica => "store_replica",
            Item::RegionFixed => "region_fixed",
        }
    }

    /// The unit of its price, as files write it. A GB is 10⁹ bytes.
    ///
    /// ```
    /// use isochrone::world::prices::Item;
    /// assert_eq!((Item::Instance.unit(), Item::StoreStorage.unit()), ("USD/hour", "USD/GB-month"));
    /// ```
    pub fn unit(self) -> &'static str {
        match self {
            Item::Instance | Item::StoreReplica => "USD/hour",
            Item::Egress | Item::InterRegion | Item::CrossZone | Item::CdnEgress => "USD/GB",
            Item::CdnRequest | Item::StoreRead | Item::StoreWrite => "USD/million",
            Item::StoreStorage => "USD/GB-month",
            Item::RegionFixed => "USD/month",
        }
    }

    /// Whether its price may depend on a name: an instance type, or a store.
    pub fn has_name(self) -> bool {
        matches!(
            self,
            Item::Instance | Item::StoreRead | Item::StoreWrite | Item::StoreStorage | Item::StoreReplica
        )
    }

    /// Whether its price may depend on a second region, to which it goes.
    pub fn has_destination(self) -> bool {
        self == Item::InterRegion
    }
}
