//! What must hold for the tables that are built in.

use std::collections::BTreeSet;

use super::*;
use crate::basis::geo::fibre_rtt;

fn catalog() -> Catalog {
    Catalog::embedded()
}

#[test]
fn every_embedded_table_parses_and_says_where_it_comes_from() {
    for kind in TableKind::ALL {
        let about = catalog().data_table(kind).unwrap();
        assert!(about.rows > 0, "{} is empty", about.name);
        for said in [
            &about.source,
            &about.date,
            &about.method,
            &about.faults,
            &about.licence,
        ] {
            assert!(!said.is_empty(), "{} leaves something out", about.name);
        }
        assert_eq!(about.digest.len(), 16);
    }
}

#[test]
fn the_readme_says_of_every_table_what_the_table_says_of_itself() {
    let readme = include_str!("../../../data/README.md");
    for kind in TableKind::ALL {
        let about = catalog().data_table(kind).unwrap();
        let row = format!("| `{}` | {} | {} |", about.name, about.rows, about.date);
        assert!(readme.contains(&row), "data/README.md lacks: {row}");
        for said in [about.source, about.method, about.faults, about.licence] {
            assert!(readme.contains(&said), "data/README.md lacks: {said}");
        }
    }
}

#[test]
fn names_in_one_table_exist_in_the_other() {
    catalog().check().unwrap();
    let catalog = catalog();
    let countries: BTreeSet<&str> = catalog
        .countries()
        .unwrap()
        .iter()
        .map(|c| c.iso2.as_str())
        .collect();
    let regions: BTreeSet<&str> = catalog.regions().unwrap().iter().map(|r| r.id.as_str()).collect();
    let landmarks: BTreeSet<u16> = catalog.landmarks().unwrap().iter().map(|l| l.id).collect();
    assert!(
        catalog
            .edge_locations()
            .unwrap()
            .iter()
            .all(|e| countries.contains(e.country.as_str()))
    );
    assert!(
        catalog
            .landmarks()
            .unwrap()
            .iter()
            .all(|l| countries.contains(l.country.as_str()))
    );
    assert!(
        catalog
            .access_quantiles()
            .unwrap()
            .iter()
            .all(|a| countries.contains(a.country.as_str()))
    );
    assert!(
        catalog
            .first_hops()
            .unwrap()
            .iter()
            .all(|f| countries.contains(f.country.as_str()))
    );
    assert!(
        catalog
            .probe_rtts()
            .unwrap()
            .iter()
            .all(|p| countries.contains(p.country.as_str()))
    );
    assert!(
        catalog
            .probe_rtts()
            .unwrap()
            .iter()
            .all(|p| regions.contains(p.region.as_str()))
    );
    for pair in catalog.landmark_rtts().unwrap() {
        assert!(
            pair.a < pair.b && landmarks.contains(&pair.a) && landmarks.contains(&pair.b),
            "{pair:?}"
        );
    }
}

#[test]
fn the_aws_matrix_is_complete_and_its_diagonal_is_not_taken_for_a_distance() {
    let catalog = catalog();
    let aws: Vec<&RegionRtt> = catalog
        .region_rtts()
        .unwrap()
        .filter(|pair| pair.from.starts_with("aws:"))
        .collect();
    let ends: BTreeSet<&str> = aws.iter().map(|pair| pair.from.as_str()).collect();
    let pairs: BTreeSet<(&str, &str)> = aws
        .iter()
        .map(|pair| (pair.from.as_str(), pair.to.as_str()))
        .collect();
    assert_eq!((ends.len(), pairs.len(), aws.len()), (33, 33 * 33, 33 * 33));
    for pair in aws {
        let own = pair.from == pair.to;
        assert_eq!(pair.statistic == Statistic::EndpointOverhead, own, "{pair:?}");
        assert!(pair.p90.is_some_and(|p90| p90 >= pair.p50), "{pair:?}");
    }
}

#[test]
fn nothing_measured_is_faster_than_light_in_fibre() {
    let catalog = catalog();
    for pair in catalog.region_rtts().unwrap() {
        let bound = catalog.distance(&pair.from, &pair.to).unwrap().fibre_rtt;
        assert!(pair.p50 >= bound, "{pair:?} lies below {bound}");
    }
    let place = |id| {
        catalog
            .landmarks()
            .unwrap()
            .iter()
            .find(|l| l.id == id)
            .unwrap()
            .place
    };
    for pair in catalog.landmark_rtts().unwrap() {
        let bound = fibre_rtt(place(pair.a).distance(place(pair.b)));
        // The table keeps microseconds; a mean of two may be rounded below the bound by half of one.
        assert!(
            pair.rtt.ms() >= bound.ms() - 0.0005,
            "{pair:?} lies below {bound}"
        );
    }
}

#[test]
fn levels_of_access_never_fall() {
    for row in catalog().access_quantiles().unwrap() {
        assert!(row.rtt.is_sorted(), "{row:?}");
    }
}

#[test]
fn a_regions_law_is_that_of_its_place_and_the_operators_is_kept_apart() {
    let catalog = catalog();
    let law = |id| {
        let region = catalog.region(id).unwrap();
        (region.jurisdiction.clone(), region.operator_jurisdiction.clone())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(law("aws:eu-west-1"), pair("EU", "US"));
    assert_eq!(law("aws:eu-west-2"), pair("UK", "US"));
    assert_eq!(law("aws:eu-central-2"), pair("CH", "US"));
    assert_eq!(law("azure:norwayeast"), pair("EEA", "US"));
    assert_eq!(law("aws:eusc-de-east-1"), pair("EU", "EU"));
    assert_eq!(law("aws:cn-north-1"), pair("CN", "CN"));
    for region in catalog.regions().unwrap() {
        assert_eq!(
            region.jurisdiction,
            catalog.country(&region.country).unwrap().jurisdiction
        );
    }
}

#[test]
fn opt_in_regions_are_those_of_the_standard_partition_opened_after_march_2019() {
    let catalog = catalog();
    let aws = RegionFilter::default().provider("aws");
    let opt_in: BTreeSet<&str> = catalog
        .select(&aws)
        .unwrap()
        .into_iter()
        .filter(|r| r.opt_in)
        .map(|r| r.code.as_str())
        .collect();
    // As listed by AWS: every region that must be enabled, and none that is on by default.
    let listed = BTreeSet::from([
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    ]);
    assert_eq!(opt_in, listed);
    let standard = aws.partition("aws").without_opt_in();
    assert_eq!(catalog.select(&standard).unwrap().len(), 17);
}

#[test]
fn every_metro_has_a_zone_of_iana_form_and_an_id_that_can_be_typed() {
    for metro in catalog().metros().unwrap() {
        let (area, city) = metro.iana_zone.split_once('/').unwrap();
        let areas = [
            "Africa",
            "America",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        ];
        assert!(areas.contains(&area) && !city.is_empty(), "{metro:?}");
        assert!(
            metro
                .iana_zone
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "/_-+".contains(c)),
            "{metro:?}"
        );
        assert!(
            metro
                .id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{metro:?}"
        );
    }
    let catalog = catalog();
    let zone = |id| catalog.metro(id).unwrap().iana_zone.clone();
    assert_eq!(zone("tokyo-jp"), "Asia/Tokyo");
    assert_eq!(zone("sao-paulo-br"), "America/Sao_Paulo");
    assert_eq!(zone("el-paso-us"), "America/Denver");
}

#[test]
fn internet_users_are_split_over_metros_and_none_is_lost_or_invented() {
    let catalog = catalog();
    let published: f64 = catalog
        .countries()
        .unwrap()
        .iter()
        .filter_map(|c| c.internet_users)
        .sum();
    let placed = catalog.internet_users().unwrap();
    let total: f64 = placed.iter().map(|part| part.users).sum();
    // About a thousand additions of doubles: relative error below 1000 · 2⁻⁵³ ≈ 1e-13.
    assert!((total / published - 1.0).abs() < 1e-12);
    assert!((5.5e9..5.7e9).contains(&total), "{total}");
    let without: Vec<&str> = catalog
        .countries_without_users()
        .unwrap()
        .iter()
        .map(|c| c.iso2.as_str())
        .collect();
    assert_eq!(without.len(), 40);
    for code in ["TW", "PR", "RE", "EH"] {
        assert!(without.contains(&code) && placed.iter().all(|part| part.country.iso2 != code));
    }
}

#[test]
fn an_unknown_region_or_metro_names_the_three_nearest() {
    let catalog = catalog();
    let hint = |error: Error| error.problems()[0].hint.clone().unwrap();
    assert_eq!(
        hint(catalog.region("aws:eu-west-9").unwrap_err()),
        "the nearest names are `aws:eu-west-1`, `aws:eu-west-2`, `aws:eu-west-3`"
    );
    assert!(hint(catalog.metro("tokio-jp").unwrap_err()).contains("`tokyo-jp`"));
    assert!(
        catalog
            .metro("Gorakhpur")
            .unwrap_err()
            .to_string()
            .ends_with("could be several")
    );
}

#[test]
fn a_users_table_replaces_ours_and_its_problems_come_out_at_once() {
    let own = "id,name,country,lat,lon,population,iana_zone\nhome-ie,Home,IE,53,-6,1000,Europe/Dublin\n";
    let catalog = catalog().with_table(TableKind::Metros, "mine.csv", own).unwrap();
    assert_eq!(catalog.metros().unwrap().len(), 1);
    let about = catalog.data_table(TableKind::Metros).unwrap();
    assert_eq!(
        (about.name.as_str(), about.source.as_str(), about.rows),
        ("mine.csv", "", 1)
    );

    let twice = "id,city,country,lat,lon,price_class\na,A,IE,53,-6,\na,B,IE,99,-6,\n";
    let error = Catalog::embedded()
        .with_table(TableKind::EdgeLocations, "mine.csv", twice)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "mine.csv:3:1: `a` stands twice, first in line 2"
    );
    let stray = "id,name,country,lat,lon,population,iana_zone\nx-zz,X,ZZ,53,-6,1000,Europe/Dublin\n";
    let stray = Catalog::embedded()
        .with_table(TableKind::Metros, "mine.csv", stray)
        .unwrap();
    assert_eq!(
        stray.check().unwrap_err().to_string(),
        "country `ZZ` in the table of metros is unknown"
    );
}

#[test]
fn list_prices_are_those_of_the_source_and_what_is_derived_follows_from_what_was_read() {
    let catalog = catalog();
    let prices = catalog.instance_prices().unwrap();
    let price = |region: &str, instance: &str| {
        prices
            .iter()
            .find(|price| price.region == region && price.instance == instance)
    };
    for derived in prices.iter().filter(|price| price.derived) {
        assert_eq!(derived.instance, "m7g.large");
        let double = price(&derived.region, "m7g.xlarge").unwrap();
        assert!(!double.derived);
        // A half of a decimal of four places has five at most, and the table keeps nine.
        assert!((2.0 * derived.usd_per_hour - double.usd_per_hour).abs() < 1e-12);
    }
    assert!(!price("aws:us-east-1", "m7g.large").unwrap().derived);
    let count = |instance: &str| prices.iter().filter(|price| price.instance == instance).count();
    let counts = [
        "m7g.xlarge",
        "m7g.large",
        "m6gd.12xlarge",
        "x2iedn.32xlarge",
        "vcpu-hour",
    ]
    .map(count);
    assert_eq!(counts, [23, 23, 24, 25, 40]);
    assert_eq!(prices.len(), 23 + 23 + 24 + 25 + 40 + 2);
}

#[test]
fn transfer_is_priced_between_all_of_26_regions_but_two_ways() {
    let catalog = catalog();
    let prices = catalog.transfer_prices().unwrap();
    let out: BTreeSet<&str> = prices
        .iter()
        .filter(|price| price.to.is_none())
        .map(|price| price.from.as_str())
        .collect();
    assert_eq!(out.len(), 26);
    let pairs: BTreeSet<(&str, &str)> = prices
        .iter()
        .filter_map(|price| Some((price.from.as_str(), price.to.as_deref()?)))
        .collect();
    let missing: Vec<(&str, &str)> = out
        .iter()
        .flat_map(|from| out.iter().map(|to| (*from, *to)))
        .filter(|(from, to)| from != to && !pairs.contains(&(*from, *to)))
        .collect();
    assert_eq!(
        missing,
        [
            ("aws:ap-southeast-3", "aws:ap-northeast-3"),
            ("aws:ap-southeast-3", "aws:sa-east-1")
        ]
    );
    assert_eq!(pairs.len(), 26 * 25 - 2);
}

#[test]
fn a_price_table_that_contradicts_itself_is_refused() {
    let refused = |kind: TableKind, text: &str| {
        let error = catalog()
            .with_table(kind, "mine.csv", text.to_owned())
            .unwrap_err();
        error.to_string()
    };
    let transfer = "kind,from,to,usd_per_gb\n";
    assert_eq!(
        refused(
            TableKind::TransferPrices,
            &format!("{transfer}egress,aws:us-east-1,aws:us-east-2,0.01\n")
        ),
        "mine.csv:2:22: a price of `egress` goes out to the internet, found `aws:us-east-2`"
    );
    assert_eq!(
        refused(
            TableKind::TransferPrices,
            &format!("{transfer}inter_region,aws:us-east-1,,0.01\n")
        ),
        "mine.csv:2:28: a price of `inter_region` must name the region `to`"
    );
    let instances = "region,instance,usd_per_hour,kind\n";
    assert_eq!(
        refused(
            TableKind::InstancePrices,
            &format!("{instances}aws:us-east-1,a.large,1,guessed\n")
        ),
        "mine.csv:2:25: kind must be one of `measured`, `derived`, found `guessed`"
    );
    let twice = "aws:us-east-1,a.large,1,measured\n".repeat(2);
    assert_eq!(
        refused(TableKind::InstancePrices, &format!("{instances}{twice}")),
        "mine.csv:3:1: `aws:us-east-1 a.large` stands twice, first in line 2"
    );
    let elsewhere = format!("{instances}aws:us-west-9,a.large,1,measured\n");
    let replaced = catalog()
        .with_table(TableKind::InstancePrices, "mine.csv", elsewhere)
        .unwrap();
    assert_eq!(
        replaced.check().unwrap_err().to_string(),
        "region `aws:us-west-9` in the table of instance prices is unknown"
    );
}
