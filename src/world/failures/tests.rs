//! What the record says, counted another way; fits against parameters that are known.

use super::fit::{Gaps, between, repair};
use super::record::{Part, years_watched};
use super::*;
use crate::basis::day::{DAYS_PER_YEAR, Day};
use crate::basis::dist::Dist;
use crate::basis::seed::{Purpose, Stream};
use crate::world::catalog::{Catalog, Outage, OutageScope, TableKind};

fn catalog() -> Catalog {
    Catalog::embedded()
}

fn complete() -> Record {
    Record::of(&catalog(), Part::Complete).unwrap().unwrap()
}

/// `n` draws from `dist`.
fn draws(dist: &Dist, n: u64, stream: u32) -> Vec<f64> {
    let stream = Stream::new(7, Purpose::Resample, stream, 0);
    (0..n).map(|i| dist.quantile(stream.uniform(i))).collect()
}

/// A catalogue with these incidents and two regions, launched in 2010 and in the middle of 2021.
fn small(incidents: &str) -> Catalog {
    let regions = "id,provider,code,name,city,country,continent,lat,lon,jurisdiction,operator,operator_jurisdiction,partition,opt_in,zones,launch_date\n\
        aws:old-1,aws,old-1,Old,,FR,Europe,48,2,EU,,US,aws,no,3,2010-01-01\n\
        aws:new-1,aws,new-1,New,,FR,Europe,48,2,EU,,US,aws,no,3,2021-07-01\n\
        aws:cn-1,aws,cn-1,Away,,CN,Asia,48,2,CN,,CN,aws-cn,no,3,2010-01-01\n\
        gcp:x,gcp,x,Other,,FR,Europe,48,2,EU,,US,gcp,no,3,\n";
    let incidents = format!("provider,region,start,minutes,services\n{incidents}");
    catalog()
        .with_table(TableKind::Regions, "regions.csv", regions)
        .unwrap()
        .with_table(TableKind::Incidents, "mine.csv", incidents)
        .unwrap()
}

#[test]
fn a_region_is_watched_from_its_launch_or_the_first_day_whichever_is_later() {
    let record = Record::of(
        &small(
            "aws,aws:old-1,2021-01-01T05:00Z,60,1\naws,aws:new-1,2021-08-01T00:00Z,,1\naws,,2021-09-01T00:00Z,5,1\n\
             aws,aws:old-1,2021-12-31T23:00Z,30,2\n",
        ),
        Part::Complete,
    )
    .unwrap()
    .unwrap();
    // 2021 whole is 365 days; July to December are 31 + 31 + 30 + 31 + 30 + 31 = 184.
    let watched: Vec<(&str, f64, usize)> = record
        .regions
        .iter()
        .map(|it| {
            (
                it.region.as_str(),
                (it.years * DAYS_PER_YEAR).round(),
                it.incidents(),
            )
        })
        .collect();
    assert_eq!(watched, [("aws:old-1", 365.0, 2), ("aws:new-1", 184.0, 1)]);
    assert_eq!(record.repairs_s, [3600.0, 1800.0]);
    assert_eq!((record.without_duration, record.of_no_region), (1, 1));
}

#[test]
fn years_of_two_built_in_regions_are_those_counted_by_hand() {
    let record = complete();
    let years = |id: &str| record.regions.iter().find(|it| it.region == id).unwrap().years;
    // 2018-05-10 to 2022-02-28, both counted: 236 + 365 + 366 + 365 + 59 days.
    assert_eq!(years("aws:us-east-1"), 1391.0 / DAYS_PER_YEAR);
    // From its launch, 2020-04-22: 254 + 365 + 59 days.
    assert_eq!(years("aws:af-south-1"), 678.0 / DAYS_PER_YEAR);
    assert!(record.regions.iter().all(|it| !it.region.starts_with("aws:cn-")));
}

#[test]
fn no_incident_of_a_region_is_lost_between_the_two_parts() {
    let catalog = catalog();
    let thin = Record::of(&catalog, Part::Thin).unwrap().unwrap();
    let (of_regions, of_none) = catalog.incidents().unwrap().iter().fold((0, 0), |(a, b), it| {
        if it.region.is_some() {
            (a + 1, b)
        } else {
            (a, b + 1)
        }
    });
    let complete = complete();
    assert_eq!(complete.incidents() + thin.incidents(), of_regions);
    assert_eq!(complete.of_no_region + thin.of_no_region, of_none);
    assert_eq!(
        complete.repairs_s.len() + complete.without_duration,
        complete.incidents()
    );
}

#[test]
fn fewer_incidents_are_on_record_after_february_2022() {
    let (before, after) = (complete(), Record::of(&catalog(), Part::Thin).unwrap().unwrap());
    assert_eq!(
        format!("{:.1} {:.1}", before.per_year(), after.per_year()),
        "3.4 2.1"
    );
    // If nothing had changed, each incident would lie before with probability b/(b + a) of the region-years.
    let n = (before.incidents() + after.incidents()) as f64;
    let share = before.region_years() / (before.region_years() + after.region_years());
    let z = (before.incidents() as f64 - n * share) / (n * share * (1.0 - share)).sqrt();
    // Beyond 3 by chance: 1 in 700.
    assert!(z > 3.0, "{z}");
    let in_virginia = |it: &Record| {
        let own = it.regions.iter().find(|it| it.region == "aws:us-east-1").unwrap();
        own.incidents() as f64 / own.years
    };
    assert_eq!(
        format!("{:.1} {:.1}", in_virginia(&before), in_virginia(&after)),
        "31.8 21.3"
    );
}

#[test]
fn the_poisson_interval_is_that_of_published_tables() {
    // Garwood's limits for 5 and 20 events: 1.6235 to 11.6683 and 12.2165 to 30.8884.
    for (n, low, high) in [(5, 1.6235, 11.6683), (20, 12.2165, 30.8884)] {
        let it = poisson_interval(n, 1.0, 0.95).unwrap();
        assert!(
            (it.low - low).abs() < 5e-5 && (it.high - high).abs() < 5e-5,
            "{it:?}"
        );
    }
    assert!(poisson_interval(1, 0.0, 0.95).is_err());
}

#[test]
fn a_regions_rate_lies_between_its_own_and_that_of_the_prior() {
    let rates = Rates::of(&complete()).unwrap();
    let prior = rates.prior_mean();
    for it in &rates.regions {
        let (low, high) = (it.own_per_year().min(prior), it.own_per_year().max(prior));
        assert!((low..=high).contains(&it.rate.per_year), "{it:?}");
        assert!(it.rate.low < it.rate.per_year && it.rate.per_year < it.rate.high);
    }
    assert!(rates.dispersion > 10.0, "us-east-1 alone sees to that");
}

#[test]
fn the_prior_is_the_most_likely_one() {
    let rates = Rates::of(&complete()).unwrap();
    // The derivative by ln b vanishes at the maximum: Σ a − (a + n) b/(b + t) = 0, so the mean of (a + n)/(b + t) is a/b.
    let mean: f64 = rates.regions.iter().map(|it| it.rate.per_year).sum::<f64>() / rates.regions.len() as f64;
    // The mean is found to 1e-6 in its logarithm.
    assert!((mean / rates.prior_mean() - 1.0).abs() < 1e-5, "{mean}");
}

#[test]
fn a_region_without_record_takes_the_prior_and_another_provider_nothing() {
    let catalog = catalog();
    let rates = Rates::of(&complete()).unwrap();
    let of = |name: &str| rates.of_region(catalog.region(name).unwrap()).unwrap();
    assert_eq!(of("aws:us-east-1").unwrap().1, RateBasis::Record);
    let (rate, basis) = of("aws:ap-southeast-7").unwrap();
    assert_eq!(basis, RateBasis::OtherRegions);
    assert!((rate.per_year - rates.prior_mean()).abs() < 1e-12);
    assert_eq!(of("gcp:us-east1"), None);
    assert_eq!(of("azure:westeurope"), None);
}

#[test]
fn fitting_times_to_repair_finds_the_parameters_they_were_drawn_with() {
    let n = 2000;
    let times = repair(&draws(&Dist::log_normal(7200.0, 0.8).unwrap(), n, 1), 19).unwrap();
    let best = times.best().unwrap();
    assert_eq!(best.family, "log-normal");
    let Dist::LogNormal(found) = &best.dist else {
        panic!("{best:?}")
    };
    // Standard errors: sigma/√n of the log median, sigma/√(2n) of sigma. Beyond four of them: 1 in 16,000 each.
    let error = 0.8 / (n as f64).sqrt();
    assert!((found.median_ms() / 7200.0).ln().abs() < 4.0 * error);
    assert!((found.sigma() - 0.8).abs() < 4.0 * error / 2.0_f64.sqrt());
}

/// Regions that are watched for `watched` seconds each, with gaps from `dist`.
fn regions_with_gaps(dist: &Dist, regions: u32, watched: f64) -> Vec<Gaps> {
    let one = |region: u32| {
        let (mut left, mut ended) = (watched, Vec::new());
        for gap in draws(dist, 400, 100 + region) {
            if gap >= left {
                break;
            }
            left -= gap;
            ended.push(gap);
        }
        Gaps { ended, cut: left }
    };
    (0..regions).map(one).collect()
}

#[test]
fn gaps_that_were_cut_off_do_not_make_the_others_seem_shorter() {
    // About five gaps a region, so that a sixth of all is cut: the mean of those that ended alone is too small.
    let gaps = regions_with_gaps(&Dist::exponential(100.0).unwrap(), 300, 500.0);
    let ended: Vec<f64> = gaps.iter().flat_map(|it| it.ended.clone()).collect();
    let n = ended.len() as f64;
    let naive = ended.iter().sum::<f64>() / n;
    let times = between(&gaps, 0).unwrap();
    let of = |name: &str| {
        times
            .families
            .iter()
            .find(|it| it.family == name)
            .unwrap()
            .dist
            .clone()
    };
    // Standard error of an exponential mean: mean/√n. Beyond four of them: 1 in 16,000.
    let error = 100.0 / n.sqrt();
    assert!((of("exponential").mean().unwrap() - 100.0).abs() < 4.0 * error);
    assert!(naive < 100.0 - 4.0 * error, "{naive}");
    let (Dist::Weibull(weibull), Dist::Gamma(gamma)) = (of("weibull"), of("gamma")) else {
        panic!("{times:?}")
    };
    // With nothing cut the standard errors of the shapes at 1 are 0.78/√n and √(1/(π²/6 − 1)/n) = 1.245/√n (inverse
    // Fisher information); what is cut makes them larger by less than a quarter at one time in six.
    assert!((weibull.shape_parameter() - 1.0).abs() < 4.0 * 1.25 * 0.78 / n.sqrt());
    assert!((gamma.shape_parameter() - 1.0).abs() < 4.0 * 1.25 * 1.245 / n.sqrt());
}

#[test]
fn a_log_normal_is_found_through_what_is_cut() {
    let gaps = regions_with_gaps(&Dist::log_normal(100.0, 0.5).unwrap(), 300, 600.0);
    let times = between(&gaps, 0).unwrap();
    let best = times.best().unwrap();
    let Dist::LogNormal(found) = &best.dist else {
        panic!("{best:?}")
    };
    let error = 0.5 / (times.n as f64).sqrt();
    assert!((found.median_ms() / 100.0).ln().abs() < 4.0 * error);
    assert!((found.sigma() - 0.5).abs() < 4.0 * error);
}

#[test]
fn a_wrong_family_is_rejected_and_the_right_one_is_not() {
    let gaps = regions_with_gaps(&Dist::log_normal(100.0, 0.3).unwrap(), 100, 1000.0);
    let times = between(&gaps, 99).unwrap();
    let p = |name: &str| {
        times
            .families
            .iter()
            .find(|it| it.family == name)
            .unwrap()
            .ks_p
            .unwrap()
    };
    assert!(p("exponential") < 0.01);
    // Under the right family the p-value is even: below 0.01 once in a hundred seeds; this seed is fixed.
    assert!(p("log-normal") >= 0.01);
    assert!(
        times.verdict().starts_with("not rejected at 0.01: log-normal"),
        "{}",
        times.verdict()
    );
}

#[test]
fn quantiles_of_the_built_in_fit_are_held_against_the_record_itself() {
    let model = IncidentModel::fitted(&catalog(), 0).unwrap();
    let mut seconds = model.record.repairs_s.clone();
    seconds.sort_by(f64::total_cmp);
    for (p, (seen, _)) in fit::COMPARED
        .into_iter()
        .zip(model.repair.best().unwrap().quantiles)
    {
        let place = (p * seconds.len() as f64 - 1e-9).ceil() as usize - 1;
        assert_eq!(seen, Some(seconds[place]));
    }
    assert_eq!(
        model.between.cut,
        model
            .record
            .regions
            .iter()
            .filter(|it| it.incidents() > 0)
            .count()
    );
    assert_eq!(model.between.n + model.between.cut, model.record.incidents());
    assert_eq!(model.repair.verdict(), "goodness of fit not tested");
}

fn own(outages: &[Outage], wanted: impl Fn(&Outage) -> bool) -> usize {
    outages
        .iter()
        .filter(|it| it.provider == "aws" && wanted(it))
        .count()
}

#[test]
fn outages_are_counted_as_the_table_has_them() {
    let catalog = catalog();
    let (outages, counts) = (catalog.outages().unwrap(), OutageCounts::of(&catalog).unwrap());
    let region = |it: &Outage| matches!(it.scope, OutageScope::Zones | OutageScope::Region);
    assert_eq!(counts.lost(), own(outages, region));
    assert_eq!(counts.physical.0, own(outages, |it| region(it) && it.physical));
    assert_eq!(counts.zone.0, own(outages, |it| it.scope == OutageScope::Zone));
    assert_eq!(
        counts.lower_bounds,
        own(outages, |it| region(it) && it.lower_bound)
    );
    let all: usize = counts.providers.iter().flat_map(|it| it.by_scope).sum();
    assert_eq!(all, outages.len());
    assert_eq!(counts.losses.iter().map(|it| it.1).sum::<usize>(), counts.lost());
    let us = catalog.region("aws:us-east-1").unwrap();
    let years = years_watched(us, counts.period.0, counts.period.1).unwrap();
    assert_eq!(counts.worst().unwrap(), ("aws:us-east-1", 9, 9.0 / years));
    // us-west-1 and us-west-2 on 2021-12-15; me-central-1 beside a zone of me-south-1 on 2026-03-01.
    assert_eq!(
        (counts.with_another_in_country, counts.with_another_abroad),
        (2, 1)
    );
    assert_eq!(counts.period.0, Day::parse("2011-04-21").unwrap());
}

#[test]
fn presets_bracket_the_record_and_rise_in_every_figure() {
    let counts = OutageCounts::of(&catalog()).unwrap();
    let presets = loss_assumptions(&catalog()).unwrap();
    let [mild, middle, severe] = &presets;
    let close = |a: f64, b: f64| (a / b).ln().abs() < 1.2_f64.ln();
    assert!(close(mild.per_year, counts.physical.1.per_year));
    assert!(close(middle.per_year, counts.per_year.per_year));
    assert!(close(severe.per_year, counts.worst().unwrap().2));
    assert!(mild.per_year < counts.per_year.low && severe.per_year > counts.per_year.high);
    let hours = |it: &LossAssumption, p: f64| it.repair.quantile(p) / 3600.0;
    assert!(close(hours(mild, 0.5), counts.hours_at(0.25).unwrap()));
    assert!(close(hours(middle, 0.5), counts.hours_at(0.5).unwrap()));
    assert!(close(hours(severe, 0.95), counts.hours_at(1.0).unwrap()));
    for (milder, worse) in [(mild, middle), (middle, severe)] {
        assert!(milder.per_year < worse.per_year && milder.beta_provider < worse.beta_provider);
        assert!(milder.beta_country < worse.beta_country && milder.beta_zone < worse.beta_zone);
        assert!(hours(milder, 0.5) < hours(worse, 0.5) && hours(milder, 0.95) < hours(worse, 0.95));
    }
    for it in &presets {
        assert!(it.beta_provider + it.beta_country + it.beta_zone <= 1.0);
    }
}

#[test]
fn the_reasons_name_the_counts_of_the_table_in_use() {
    let [mild, middle, severe] = loss_assumptions(&catalog()).unwrap();
    let counts = OutageCounts::of(&catalog()).unwrap();
    let lost = counts.lost();
    assert!(
        mild.why_rate
            .contains(&format!("{} of {lost} losses", counts.physical.0))
    );
    assert!(middle.why_rate.contains(&format!(
        "{lost} losses of one region in {:.0}",
        counts.region_years
    )));
    assert!(severe.why_rate.contains("aws:us-east-1, 9 losses"));
    let (several, all) = counts.several_of_all();
    assert!(severe.why_shared.contains(&format!("{several} of {all} outages")));
    // A user's table of two outages: the figures stay, the reasons follow.
    let own = "provider,region,date,scope,physical,hours,lower_bound,verification,url\n\
        aws,aws:us-east-1,2020-01-01,region,yes,3,no,recall,\naws,aws:eu-west-1,2024-12-31,zones,no,5,no,recall,\n";
    let mine = catalog().with_table(TableKind::Outages, "mine.csv", own).unwrap();
    let [other, ..] = loss_assumptions(&mine).unwrap();
    assert_eq!(other.per_year, mild.per_year);
    assert!(other.why_rate.contains("1 of 2 losses"));
}

#[test]
fn wrong_rows_of_the_record_are_named_with_their_place() {
    let message = |kind, text: &str| {
        let error = catalog()
            .with_table(kind, "mine.csv", text.to_owned())
            .unwrap_err();
        error.to_string()
    };
    let incidents = "provider,region,start,minutes,services\n";
    assert_eq!(
        message(
            TableKind::Incidents,
            &format!("{incidents}aws,,2020-02-30T00:00Z,1,1\n")
        ),
        "mine.csv:2:6: a time must be written `YYYY-MM-DDTHH:MMZ`, found `2020-02-30T00:00Z`"
    );
    assert!(
        message(
            TableKind::Incidents,
            &format!("{incidents}aws,,2020-02-20T00:00Z,0,1\n")
        )
        .contains("above zero")
    );
    let outages = "provider,region,date,scope,physical,hours,lower_bound,verification,url\n";
    assert!(
        message(
            TableKind::Outages,
            &format!("{outages}aws,,2020-01-01,zone,yes,3,no,recall,\n")
        )
        .contains("must name its region")
    );
    assert!(
        message(
            TableKind::Outages,
            &format!("{outages}aws,,2020-01-01,planet,yes,3,no,recall,\n")
        )
        .contains("scope must be one of")
    );
}
