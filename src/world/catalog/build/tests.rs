//! The making of tables, on raw tables small enough to follow by hand.

use std::path::Path;

use super::*;

const RAW: [(&str, &str); 15] = [
    (
        "countries.csv",
        "iso2,iso3,name,continent,subregion,lat,lon,population_2025,internet_users_pct,internet_year,internet_users,eu_member,eea_member,coord_kind\n\
         FR,FRA,France,Europe,,46.5,2.5,100,90,2024,90,yes,yes,\n\
         NO,NOR,Norway,Europe,,60,10,10,,,,no,yes,\n\
         US,USA,United States,North America,,40,-100,300,,2024,270,no,no,\n",
    ),
    (
        "metros.csv",
        "city,country_iso2,lat,lon,population,city_population,n_places,source\n\
         Paris,FR,48.8534,2.3488,1000,1,1,s\nOslo,NO,59.91,10.75,10,1,1,s\nParis,US,33.66,-95.56,5,1,1,s\nParis,US,36.3,-88.3,4,1,1,s\n",
    ),
    (
        "regions.csv",
        "provider,code,display_name,country_iso2,city,lat,lon,az_count,launch_date,jurisdiction,partition,coord_source\n\
         aws,old-1,Old,FR,Paris,48.85,2.35,3,2019-03-20,\"US (Amazon Web Services, Inc.)\",aws,x\n\
         aws,new-1,New,FR,Paris,48.85,2.35,3,2019-04-24,\"US (Amazon Web Services, Inc.)\",aws,x\n\
         aws,apart-1,Apart,US,Dallas,32.7,-96.8,3,2026-01-01,EU (Own GmbH),aws-x,x\n\
         azure,middle,Middle,FR,Paris,46.38,2.37,,,US (Microsoft Corp.),azure,x\n\
         azure,nameless,Nameless,NO,,59.9,10.7,,,US (Microsoft Corp.),azure,x\n",
    ),
    (
        "cloudfront_edge_pops.csv",
        "iata_code,city,country,country_iso2,lat,lon,price_class_region,pop_count,source\nCDG,Paris,France,FR,49.01,2.55,Europe,,s\n",
    ),
    (
        "aws_rtt_cloudping_2025-07_p50_p90.csv",
        "provider,from_region,to_region,percentile,rtt_ms,source,date\n\
         aws,old-1,old-1,p50,3.3,s,d\naws,old-1,old-1,p90,5.8,s,d\n\
         aws,old-1,new-1,p90,9,s,d\naws,old-1,new-1,p50,8,s,d\n",
    ),
    (
        "gcp_rtt_premium_2022-04.csv",
        "provider,from_region,to_region,tier,avg_ms_median_over_zone_pairs,suspect\n\
         gcp,a,b,PREMIUM,20,\ngcp,b,a,PREMIUM,19.5,\ngcp,a,c,PREMIUM,5,asym\ngcp,c,a,PREMIUM,50,asym\n",
    ),
    (
        "ibm_rtt_latest.csv",
        "provider,from_region,to_region,percentile,rtt_ms\nibm,b,a,mean30d,12\n",
    ),
    (
        "wondernetwork_servers_open.csv",
        "id,city,country,continent_code,lat,lon,split,coord_suspect\n\
         1,Paris,France,1,48.85,2.35,open,\n2,Oslo,Norway,1,59.91,10.75,open,\n3,Nowhere,Norway,1,0,0,open,wrong\n4,Lyon,France,1,45.76,4.84,open,\n",
    ),
    (
        "wondernetwork_city_pings_open.csv",
        "from_id,to_id,avg_ms\n2,1,31\n1,2,30\n1,3,9\n1,4,0.1\n4,1,6\n",
    ),
    (
        "mlab_country_access_rtt.csv",
        "country_iso2,month,n_tests,rtt_p1_ms,rtt_p5_ms,rtt_p10_ms,rtt_p25_ms,rtt_p50_ms,rtt_p75_ms,rtt_p90_ms,rtt_p95_ms,rtt_p99_ms\n\
         FR,2024-10,900,1,1,1,1,1,1,1,1,1\nFR,2025-10,200,2,2,2,2,2,2,2,2,2\n\
         NO,2024-10,150,1,1,1,1,1,1,1,1,1\nNO,2025-10,149,2,2,2,2,2,2,2,2,2\nZZ,2025-10,999,3,3,3,3,3,3,3,3,3\n",
    ),
    (
        "ripe_probe_to_aws_rtt_open.csv",
        "probe_id,technology,country_iso2,lat,lon,coord_kind,provider,region,rtt_ms\n\
         7,wifi,FR,48,2,probe,aws,old-1,12.3456\n8,lan,FR,,,probe,aws,old-1,9\n",
    ),
    (
        "aws_region_incidents_2018_2023.csv",
        "provider,region,start_utc,span_min,max_service_impact_min,n_services,services\n\
         aws,old-1,2018-05-10T01:06Z,94,82,2,A|B\naws,global,2018-06-06T13:17Z,0,0,1,C\n",
    ),
    (
        "major_outages_curated.csv",
        "provider,region,date,scope,duration_hours,services,source,verification\n\
         aws,old-1,2011-04-21,regional(A)+1 AZ,72,A,https://x/1,retrieved (page)\n\
         aws,new-1,2020-01-01,1 AZ power,3,A,status page,curator recall; in aws_status_events\n\
         aws,apart-1,2026-03-01,2-3 AZ physical damage/fire,24,A,press,\"retrieved: end not found (lower bound)\"\n\
         azure,global,2023-01-25,global WAN,5.6,A,https://x/2,curator recall (4 h by a secondary page)\n",
    ),
    (
        "instance_prices.csv",
        "provider,region,instance,usd_per_hour,kind,source\n\
         aws,old-1,m7g.large,0.08160,derived: m7g.xlarge/2,s\naws,old-1,m7g.large,0.0816,measured,s\n\
         aws,new-1,m7g.large,0.09,derived: m7g.xlarge/2,s\naws,gone-1,m7g.large,1,measured,s\n\
         azure,middle,vcpu-hour (gce reference),0.031190573,measured,s\n",
    ),
    (
        "aws_data_transfer_prices.csv",
        "provider,kind,from,to,price,unit,source,date\n\
         aws,internet_egress,old-1,internet,0.09,USD/GB,s,2023-04\naws,inter_region,old-1,new-1,0.020,USD/GB,s,2023-04\n\
         aws,inter_region,gone-1,new-1,0.02,USD/GB,s,2023-04\naws,inter_region,old-1,gone-1,0.02,USD/GB,s,2023-04\n",
    ),
];

const COPIED: [(&str, &str); 2] = [
    (
        "ripe_access_tech_minus_lan.csv",
        "technology,probe_id,lan_probe_id,dist_km,diff_ms\nwifi,7,8,0.5,-2.3\n",
    ),
    (
        "ripe_lastmile_first_public_hop.csv",
        "probe_id,technology,country_iso2,median_ms,min_ms,n_traces\n7,wifi,FR,6.1,6,2\n",
    ),
];

const CITIES: &str = r#"{
    "1": {"name": "Paris", "latitude": 48.85, "longitude": 2.35, "countrycode": "FR", "timezone": "Europe/Paris"},
    "2": {"name": "Oslo", "latitude": 59.9, "longitude": 10.7, "countrycode": "NO", "timezone": "Europe/Oslo"},
    "3": {"name": "Denver", "latitude": 39.7, "longitude": -105, "countrycode": "US", "timezone": "America/Denver"},
    "4": {"name": "Dallas", "latitude": 32.8, "longitude": -96.8, "countrycode": "US", "timezone": "America/Chicago"}
}"#;

fn raw_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in RAW.iter().chain(&COPIED) {
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    std::fs::write(folder.path().join("cities.json"), CITIES).unwrap();
    folder
}

fn build(folder: &Path) -> Vec<(String, Vec<u8>)> {
    build_tables(folder, Some(&folder.join("cities.json")), None).unwrap()
}

/// The lines of a built table below its comments and header.
fn rows(file: &str) -> Vec<String> {
    let folder = raw_folder();
    let tables = build(folder.path());
    let (_, bytes) = tables.into_iter().find(|(name, _)| name == file).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines()
        .skip_while(|line| line.starts_with('#'))
        .skip(1)
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_kind_of_table_is_made_with_its_columns_and_twice_with_the_same_bytes() {
    let folder = raw_folder();
    let tables = build(folder.path());
    assert_eq!(tables, build(folder.path()));
    let made: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
    let kinds: Vec<&str> = super::super::TableKind::ALL
        .iter()
        .map(|kind| kind.file())
        .collect();
    assert_eq!(made, kinds);
    let mut catalog = Catalog::embedded();
    for ((name, bytes), kind) in tables.into_iter().zip(super::super::TableKind::ALL) {
        catalog = catalog
            .with_table(kind, name, String::from_utf8(bytes).unwrap())
            .unwrap();
        assert!(!catalog.data_table(kind).unwrap().source.is_empty());
    }
}

#[test]
fn regions_take_their_law_from_the_place_and_opt_in_from_the_launch_day() {
    let own: Vec<String> = rows("regions.csv");
    let cells: Vec<Vec<&str>> = own
        .iter()
        .map(|row| {
            row.split("\"Amazon Web Services, Inc.\"")
                .flat_map(|part| part.split(','))
                .collect()
        })
        .collect();
    let law: Vec<&str> = cells.iter().map(|row| row[9]).collect();
    assert_eq!(law, ["EU", "EU", "US", "EU", "EEA"]);
    assert!(own[0].ends_with("US,aws,no,3,2019-03-20") && own[1].ends_with("US,aws,yes,3,2019-04-24"));
    assert!(own[2].ends_with("Own GmbH,EU,aws-x,no,3,2026-01-01"));
    assert!(
        own[3].contains(",Paris,FR,Europe,48.8534,2.3488,"),
        "moved to the city it is named after"
    );
    assert!(
        own[4].contains(",Oslo,NO,Europe,59.9,10.7,"),
        "named after the metro it stands in"
    );
}

#[test]
fn metros_get_ids_of_their_own_and_the_zone_of_the_nearest_city_of_their_country() {
    assert_eq!(
        rows("metros.csv"),
        [
            "paris-fr,Paris,FR,48.8534,2.3488,1000,Europe/Paris",
            "oslo-no,Oslo,NO,59.91,10.75,10,Europe/Oslo",
            "paris-us,Paris,US,33.66,-95.56,5,America/Chicago",
            "paris-us-2,Paris,US,36.3,-88.3,4,America/Chicago",
        ]
    );
}

#[test]
fn without_a_city_file_the_zones_of_the_embedded_metros_are_carried_over() {
    let folder = raw_folder();
    let carried = build_tables(folder.path(), None, None).unwrap();
    let metros = String::from_utf8(carried[2].1.clone()).unwrap();
    assert!(metros.ends_with("paris-us-2,Paris,US,36.3,-88.3,4,America/Chicago\n"));
}

#[test]
fn a_missing_figure_of_users_stays_blank() {
    let own = rows("countries.csv");
    assert_eq!(own[0], "FR,FRA,France,Europe,46.5,2.5,100,90,2024,yes,yes,EU");
    assert_eq!(own[1], "NO,NOR,Norway,Europe,60,10,10,,,no,yes,EEA");
}

#[test]
fn region_matrices_flag_the_diagonal_drop_suspects_and_take_the_lesser_direction() {
    assert_eq!(
        rows("network/aws_rtts.csv"),
        [
            "aws:old-1,aws:new-1,8,9,quantiles",
            "aws:old-1,aws:old-1,3.3,5.8,endpoint_overhead"
        ]
    );
    assert_eq!(
        rows("network/gcp_rtts.csv"),
        ["gcp:a,gcp:b,19.5,,mean", "gcp:b,gcp:a,19.5,,mean"]
    );
    assert_eq!(rows("network/ibm_rtts.csv"), ["ibm:b,ibm:a,12,,mean"]);
}

#[test]
fn landmark_pairs_are_means_of_the_directions_that_light_allows() {
    // 1–2 both ways; 1–3 has wrong coordinates; 1–4 one way would be faster than light over 392 km.
    assert_eq!(rows("network/landmark_rtts.csv"), ["1,2,30.5", "1,4,6"]);
    assert_eq!(rows("network/landmarks.csv").len(), 3);
}

#[test]
fn the_newer_month_of_access_counts_when_it_rests_on_200_tests() {
    let own = rows("network/access_quantiles.csv");
    assert_eq!(
        own,
        [
            "FR,2025-10,200,2,2,2,2,2,2,2,2,2",
            "NO,2024-10,150,1,1,1,1,1,1,1,1,1"
        ]
    );
}

#[test]
fn probes_without_a_place_are_left_out() {
    assert_eq!(
        rows("network/probe_rtts.csv"),
        ["7,wifi,FR,48,2,aws:old-1,12.346"]
    );
}

#[test]
fn an_incident_without_region_or_duration_leaves_the_cell_blank() {
    assert_eq!(
        rows("incidents.csv"),
        [
            "aws,aws:old-1,2018-05-10T01:06Z,82,2",
            "aws,,2018-06-06T13:17Z,,1"
        ]
    );
}

#[test]
fn outages_are_classed_by_the_wording_of_the_list() {
    assert_eq!(
        rows("outages.csv"),
        [
            "aws,aws:old-1,2011-04-21,region,no,72,no,retrieved,https://x/1",
            "aws,aws:new-1,2020-01-01,zone,yes,3,no,status-page,",
            "aws,aws:apart-1,2026-03-01,zones,yes,24,yes,retrieved,",
            "azure,,2023-01-25,global,no,5.6,no,secondary,https://x/2",
        ]
    );
}

#[test]
fn an_instance_has_one_price_a_region_and_what_was_read_outweighs_what_was_derived() {
    assert_eq!(
        rows("prices/instances.csv"),
        [
            "aws:old-1,m7g.large,0.0816,measured",
            "aws:new-1,m7g.large,0.09,derived",
            "azure:middle,vcpu-hour,0.031190573,measured",
        ]
    );
}

#[test]
fn transfer_out_to_the_internet_has_no_destination_and_regions_nobody_lists_are_counted() {
    assert_eq!(
        rows("prices/transfer.csv"),
        ["egress,aws:old-1,,0.09", "inter_region,aws:old-1,aws:new-1,0.02"]
    );
    let counted = |file: &str, words: &str| {
        let tables = build(raw_folder().path());
        let (_, bytes) = tables.into_iter().find(|(name, _)| name == file).unwrap();
        assert!(String::from_utf8(bytes).unwrap().contains(words), "{file}");
    };
    counted("prices/instances.csv", "; 1 row of a region that is not");
    counted("prices/transfer.csv", "; 2 rows of regions that are not");
}

#[test]
fn two_prices_of_one_instance_stop_the_making() {
    let folder = raw_folder();
    let text = "provider,region,instance,usd_per_hour,kind\n\
                aws,old-1,a.large,1,measured\naws,old-1,a.large,1.5,measured\n";
    std::fs::write(folder.path().join("instance_prices.csv"), text).unwrap();
    let message = build_tables(folder.path(), None, None).unwrap_err().to_string();
    assert!(
        message
            .ends_with("csv:3:19: `a.large` in `aws:old-1` costs 1.5 USD/hour here and 1 USD/hour in line 2"),
        "{message}"
    );
}

#[test]
fn a_missing_raw_table_or_column_is_named() {
    let folder = raw_folder();
    std::fs::write(
        folder.path().join("ibm_rtt_latest.csv"),
        "from_region,rtt_ms\na,1\n",
    )
    .unwrap();
    let message = build_tables(folder.path(), None, None).unwrap_err().to_string();
    assert!(
        message.ends_with("ibm_rtt_latest.csv` has no column `to_region`"),
        "{message}"
    );
    std::fs::remove_file(folder.path().join("ibm_rtt_latest.csv")).unwrap();
    let message = build_tables(folder.path(), None, None).unwrap_err().to_string();
    assert!(
        message.contains("ibm_rtt_latest.csv` cannot be read"),
        "{message}"
    );
}

#[test]
fn outlines_of_land_are_made_where_there_is_a_file_of_them() {
    let square = |corner: u32| {
        format!(
            r#"{{"transform": {{"scale": [1, 1], "translate": [0, 0]}}, "arcs": [[[{corner}, 0], [5, 0], [0, 5], [-5, -5]]],
            "objects": {{"land": {{"geometries": [{{"type": "Polygon", "arcs": [[0]]}}]}}}}}}"#
        )
    };
    let folder = raw_folder();
    let land = |option: Option<&Path>| {
        let (name, bytes) = build_tables(folder.path(), None, option).unwrap().pop().unwrap();
        (name == "land.csv").then(|| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(land(None), None);
    std::fs::write(folder.path().join("land-110m.json"), square(10)).unwrap();
    assert!(
        land(None)
            .unwrap()
            .ends_with("ring,latitude,longitude\n0,0,10\n0,0,15\n0,5,15\n")
    );
    let elsewhere = folder.path().join("elsewhere.json");
    std::fs::write(&elsewhere, square(20)).unwrap();
    assert!(
        land(Some(&elsewhere))
            .unwrap()
            .ends_with("0,0,20\n0,0,25\n0,5,25\n")
    );
}
