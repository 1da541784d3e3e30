//! Hours with more demand than usual.

use super::Check;
use crate::design::demand::{Event, WEEK_HOURS};
use crate::design::scenario::calendar::HourFile;
use crate::design::scenario::decode::At;
use crate::design::scenario::file::EventFile;
use crate::world::demand::Audience;

const S_PER_HOUR: f64 = 3600.0;

impl Check<'_> {
    /// The events, as far as they could be understood.
    pub(super) fn events(
        &mut self,
        list: Option<&At<Vec<At<EventFile>>>>,
        audience: Option<&Audience>,
    ) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for file in list.and_then(At::get).into_iter().flatten().filter_map(At::get) {
            let name = self.unique_name(&file.name, "event", names.iter().copied());
            names.extend(file.name.get().map(String::as_str));
            let event = self.event(file, audience);
            if let (Some(name), Some(event)) = (name, event) {
                events.push(Event { name, ..event });
            }
        }
        events
    }

    /// The event without its name.
    fn event(&mut self, file: &EventFile, audience: Option<&Audience>) -> Option<Event> {
        let shown = file.name.get().map_or("?", String::as_str);
        let owner = format!("event `{shown}`");
        let factor = self.positive(&file.factor, &format!("`factor` of {owner}"));
        let hours = self.event_hours(file, &owner);
        let at_utc = match &file.at {
            Some(at) => self.event_start(at).map(Some),
            None => Some(None),
        };
        let countries = match &file.countries {
            Some(list) => self.event_countries(list, audience, &owner),
            None => Some(Vec::new()),
        };
        Some(Event {
            name: String::new(),
            factor: factor?,
            hours: hours?,
            at_utc: at_utc?,
            countries: countries?,
        })
    }

    fn event_start(&mut self, at: &At<HourFile>) -> Option<f64> {
        self.keep(at.get()?.hours(), at.span)
    }

    fn event_hours(&mut self, file: &EventFile, owner: &str) -> Option<f64> {
        let what = format!("`duration` of {owner}");
        let hours = self.positive_seconds(&file.duration, &what)? / S_PER_HOUR;
        if hours <= WEEK_HOURS as f64 {
            return Some(hours);
        }
        let message = format!("{what} must be at most {WEEK_HOURS} h, found {hours} h");
        let hint = "what lasts longer than a week is a `season`, or growth";
        self.error_with_hint(file.duration.span, message, hint);
        None
    }

    fn event_countries(
        &mut self,
        list: &At<Vec<At<String>>>,
        audience: Option<&Audience>,
        owner: &str,
    ) -> Option<Vec<String>> {
        let mut countries: Vec<String> = Vec::new();
        if list.get()?.is_empty() {
            let message = format!("`countries` of {owner} is empty");
            self.error_with_hint(list.span, message, "leave it out for all");
        }
        for at in list.get()? {
            let Some(country) = self.country_asking(at, audience, owner) else {
                continue;
            };
            if countries.contains(&country) {
                let message = format!("`{country}` stands twice in `countries` of {owner}");
                self.error_with_hint(at.span, message, "leave one out");
            }
            countries.push(country);
        }
        (countries.len() == list.get()?.len()).then_some(countries)
    }
}
