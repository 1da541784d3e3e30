//! Sheets and measurement files turned into rows that know their place.
