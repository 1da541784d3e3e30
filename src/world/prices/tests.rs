//! What is built in, what the user's sheet does to it, and the laws of tiers.

use proptest::prelude::*;

use super::*;
use crate::world::catalog::{Catalog, TableKind};
use crate::world::ingest::Table;

fn embedded() -> PriceList {
    PriceList::embedded(&Catalog::embedded()).unwrap()
}

fn laid_over(sheet: &str) -> PriceList {
    embedded()
        .with_table(&Table::parse("mine.csv", sheet.to_owned()).unwrap())
        .unwrap()
}

/// The messages about a sheet, with their hints.
fn refused(sheet: &str) -> Vec<(String, Option<String>)> {
    let table = Table::parse("mine.csv", sheet.to_owned()).unwrap();
    let error = embedded().with_table(&table).unwrap_err();
    let told = error.problems().iter();
    told.map(|problem| (problem.to_string(), problem.hint.clone()))
        .collect()
}

fn usd(list: &PriceList, item: Item, region: &str, to: Option<&str>, name: Option<&str>) -> Option<f64> {
    list.find(item, region, to, name).map(|price| price.marginal(0.0))
}

#[test]
fn every_row_of_the_tables_is_found_and_nothing_else_has_a_price() {
    let (catalog, list) = (Catalog::embedded(), embedded());
    for row in catalog.instance_prices().unwrap() {
        let price = list
            .find(Item::Instance, &row.region, None, Some(&row.instance))
            .unwrap();
        assert_eq!(price.total(1.0), row.usd_per_hour);
        assert_eq!(price.source.ends_with(", derived"), row.derived);
        assert!(!price.first_tier_only);
    }
    for row in catalog.transfer_prices().unwrap() {
        let item = if row.to.is_some() {
            Item::InterRegion
        } else {
            Item::Egress
        };
        let price = list.find(item, &row.from, row.to.as_deref(), None).unwrap();
        assert_eq!(price.total(1.0), row.usd_per_gb);
        assert_eq!((price.date.as_str(), price.first_tier_only), ("2023-04", true));
    }
    for region in catalog.regions().unwrap() {
        for item in Item::ALL {
            // No price goes without its name or its destination, and most items have none at all.
            let bare = list.find(item, &region.id, None, None);
            assert!(bare.is_none() || item == Item::Egress, "{item:?} {}", region.id);
        }
        assert!(
            list.find(Item::Instance, &region.id, None, Some("z9.nano"))
                .is_none()
        );
    }
}

#[test]
fn a_replaced_table_of_the_catalogue_is_the_one_that_is_priced() {
    let text = "region,instance,usd_per_hour,kind\naws:us-east-1,a.large,1.5,measured\n";
    let catalog = Catalog::embedded()
        .with_table(TableKind::InstancePrices, "mine.csv", text)
        .unwrap();
    let list = PriceList::embedded(&catalog).unwrap();
    let price = list.find(Item::Instance, "aws:us-east-1", None, Some("a.large"));
    assert_eq!(price.unwrap().source, "mine.csv");
    assert!(
        list.find(Item::Instance, "aws:us-east-1", None, Some("m7g.large"))
            .is_none()
    );
}

#[test]
fn the_most_specific_row_counts_the_name_before_the_region_before_the_destination() {
    let list = laid_over(
        "item,region,to,name,unit,price\n\
         store_write,*,,,USD/million,1\nstore_write,eu-west-1,,,USD/million,2\n\
         store_write,*,,orders,USD/million,3\nstore_write,eu-west-1,,orders,USD/million,4\n\
         inter_region,*,,,USD/GB,5\ninter_region,*,us-east-1,,USD/GB,6\n\
         inter_region,eu-west-1,*,,USD/GB,7\ninter_region,eu-west-1,us-east-1,,USD/GB,8\n",
    );
    let (dublin, paris) = ("aws:eu-west-1", "aws:eu-west-3");
    let write = |region, name| usd(&list, Item::StoreWrite, region, None, name);
    let writes = [
        write(paris, Some("carts")),
        write(dublin, Some("carts")),
        write(paris, Some("orders")),
        write(dublin, Some("orders")),
        write(dublin, None),
    ];
    assert_eq!(writes.map(Option::unwrap), [1.0, 2.0, 3.0, 4.0, 2.0]);
    let sent = |from, to| usd(&list, Item::InterRegion, from, Some(to), None);
    let ways = [
        sent(paris, dublin),
        sent(paris, "aws:us-east-1"),
        sent(dublin, paris),
        sent(dublin, "aws:us-east-1"),
    ];
    assert_eq!(ways.map(Option::unwrap), [5.0, 6.0, 7.0, 8.0]);
}

#[test]
fn a_row_for_any_region_outweighs_what_is_built_in_and_a_later_sheet_an_earlier_one() {
    let list =
        laid_over("# date: 2026-10\nitem,region,name,unit,price\ninstance,*,m7g.large,USD/hour,0.05\n");
    let price = |list: &PriceList| {
        list.find(Item::Instance, "aws:us-east-1", None, Some("m7g.large"))
            .cloned()
            .unwrap()
    };
    let first = price(&list);
    assert_eq!(
        (first.source.as_str(), first.date.as_str()),
        ("mine.csv:3", "2026-10")
    );
    assert_eq!(first.total(100.0), 5.0);
    let later = "item,region,name,unit,price\ninstance,*,*,USD/hour,0.25\n";
    let list = list
        .with_table(&Table::parse("later.csv", later).unwrap())
        .unwrap();
    assert_eq!(
        (price(&list).source.as_str(), price(&list).date.as_str()),
        ("later.csv:2", "")
    );
}

#[test]
fn rows_of_one_price_are_tiers_even_where_others_stand_between() {
    let list = laid_over(
        "item,region,unit,price,up_to\negress,us-east-1,USD/GB,0.09,10240\negress,us-east-2,USD/GB,0,\n\
         egress,aws:us-east-1,USD/GB,0.085,51200\negress,us-east-1,USD/GB,0.07,\n",
    );
    let price = list.find(Item::Egress, "aws:us-east-1", None, None).unwrap();
    let ends: Vec<Option<f64>> = price.tiers.iter().map(|tier| tier.up_to).collect();
    assert_eq!(ends, [Some(10_240.0), Some(51_200.0), None]);
    assert!(!price.first_tier_only);
    assert_eq!(usd(&list, Item::Egress, "aws:us-east-2", None, None), Some(0.0));
}

#[test]
fn all_that_is_wrong_with_a_sheet_is_told_at_once_with_its_place() {
    let told = refused(
        "item,region,to,name,unit,price,up_to\n\
         instnce,eu-wset-1,,,USD/hour,1,\n\
         egress,us-east-1,,,USD/GiB,0.09,\n\
         instance,us-east-1,,m7g.large,USD/hour,0,\n\
         cdn_request,*,us-east-1,edge,USD/million,-1,0\n\
         store_read,*,,,USD/million,inf,\n\
         region_fixed,*,,,USD/month,10,1\n",
    );
    let messages: Vec<&str> = told.iter().map(|(message, _)| message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "mine.csv:2:1: item `instnce` is unknown",
            "mine.csv:2:9: region `eu-wset-1` is unknown",
            "mine.csv:3:20: `egress` is priced in `USD/GB`, found `USD/GiB`",
            "mine.csv:4:40: an instance costs more than 0 USD/hour",
            "mine.csv:5:15: a price of `cdn_request` has no `to`, found `us-east-1`",
            "mine.csv:5:25: a price of `cdn_request` has no `name`, found `edge`",
            "mine.csv:5:42: column `price` must not be negative, found `-1`",
            "mine.csv:5:45: column `up_to` must be above zero, found `0`",
            "mine.csv:6:28: column `price` must be a finite number, found `inf`",
            "mine.csv:7:31: a price of `region_fixed` has no `up_to`, found `1`",
        ]
    );
    let hint = |at: usize| told[at].1.as_deref().unwrap();
    assert!(hint(0).starts_with("the nearest names are `instance`, "));
    assert!(hint(1).contains("`eu-west-1`"));
    assert_eq!(hint(2), "turn the price into USD/GB; a GB is 10^9 bytes");
    assert_eq!(hint(3), "leave the row out where the price is not known");
}

#[test]
fn tiers_that_do_not_ascend_repeat_or_end_are_refused() {
    let told = refused(
        "item,region,unit,price,up_to\n\
         egress,us-east-1,USD/GB,0.09,100\negress,us-east-1,USD/GB,0.08,100\negress,us-east-1,USD/GB,0.07,\n\
         egress,us-east-2,USD/GB,0.09,\negress,aws:us-east-2,USD/GB,0.08,\n\
         egress,us-west-1,USD/GB,0.09,100\negress,us-west-1,USD/GB,0.08,200\n",
    );
    let messages: Vec<&str> = told.iter().map(|(message, _)| message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "mine.csv:3:30: tiers must ascend, found `up_to` of 100 after 100 in line 2",
            "mine.csv:6:1: this price stands already in line 5, which has no upper end",
            "mine.csv:8:30: the last tier ends at 200: what costs more than that is not said",
        ]
    );
}

#[test]
fn columns_that_are_missing_or_unknown_are_told() {
    let told = refused("item,region,price,currency\negress,*,1,EUR\n");
    let messages: Vec<&str> = told.iter().map(|(message, _)| message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "mine.csv:1:1: column `unit` is missing",
            "mine.csv:1:19: column `currency` is unknown"
        ]
    );
}

#[test]
fn every_item_goes_by_its_own_name() {
    let names: std::collections::BTreeSet<&str> = Item::ALL.map(Item::name).into();
    assert_eq!(names.len(), Item::ALL.len());
}

/// Tiers with a width and a price each; the last without an end.
fn prices() -> impl Strategy<Value = Price> {
    prop::collection::vec((0.1f64..1e6, 0.0f64..100.0), 1..6).prop_map(|parts| {
        let (last, mut end) = (parts.len() - 1, 0.0);
        let tiers = parts.iter().enumerate().map(|(at, (width, usd))| {
            end += width;
            Tier {
                up_to: (at < last).then_some(end),
                usd: *usd,
            }
        });
        Price {
            tiers: tiers.collect(),
            source: String::new(),
            date: String::new(),
            first_tier_only: false,
        }
    })
}

proptest! {
    #[test]
    fn more_never_costs_less(price in prices(), a in 0.0f64..1e7, b in 0.0f64..1e7) {
        let (less, more) = (a.min(b), a.max(b));
        // Six terms, each rounded twice.
        let rounding = 12.0 * f64::EPSILON * price.total(more);
        prop_assert!(price.total(less) <= price.total(more) + rounding);
        prop_assert_eq!(price.total(-less), 0.0);
    }

    #[test]
    fn no_total_jumps_at_the_end_of_a_tier(price in prices(), step in 1e-3f64..0.05) {
        for end in price.tiers.iter().filter_map(|tier| tier.up_to) {
            let (below, at, above) = (end - step, end, end + step);
            let rounding = 24.0 * f64::EPSILON * price.total(above) + 8.0 * f64::EPSILON * end * 100.0;
            let left = price.total(at) - price.total(below);
            let right = price.total(above) - price.total(at);
            // Tiers are wider than the step, so each side lies in one tier.
            prop_assert!((left - price.marginal(below) * step).abs() <= rounding);
            prop_assert!((right - price.marginal(at) * step).abs() <= rounding);
        }
    }

    #[test]
    fn a_price_of_one_tier_multiplies(usd in 0.0f64..1e3, amount in 0.0f64..1e9) {
        let price = Price {
            tiers: vec![Tier { up_to: None, usd }],
            source: String::new(),
            date: String::new(),
            first_tier_only: false,
        };
        prop_assert_eq!(price.total(amount), usd * amount);
        prop_assert_eq!(price.marginal(amount), usd);
    }

    #[test]
    fn a_row_of_the_user_counts_where_it_holds_and_changes_nothing_elsewhere(
        at in any::<prop::sample::Index>(),
        cents in 1u32..10_000,
    ) {
        let catalog = Catalog::embedded();
        let rows = catalog.instance_prices().unwrap();
        let (mine, before) = (at.get(rows), embedded());
        let sheet = format!(
            "item,region,name,unit,price\ninstance,{},{},USD/hour,{}\n",
            mine.region, mine.instance, f64::from(cents) / 100.0
        );
        let after = laid_over(&sheet);
        for row in rows {
            let find = |list: &PriceList| {
                list.find(Item::Instance, &row.region, None, Some(&row.instance)).cloned().unwrap()
            };
            if row == mine {
                prop_assert_eq!(find(&after).total(1.0), f64::from(cents) / 100.0);
            } else {
                prop_assert_eq!(find(&after), find(&before));
            }
        }
        for row in catalog.transfer_prices().unwrap() {
            let item = if row.to.is_some() { Item::InterRegion } else { Item::Egress };
            let find = |list: &PriceList| list.find(item, &row.from, row.to.as_deref(), None).cloned();
            prop_assert_eq!(find(&after), find(&before));
        }
    }
}
