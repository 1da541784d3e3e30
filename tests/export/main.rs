//! What is written: tables, workbooks, pages and charts.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod charts;
mod csv;
mod html;
mod json;
mod sizes;
mod workbook;
mod xlsx;
