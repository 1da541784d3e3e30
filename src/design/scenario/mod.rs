//! The scenario file: its format, its check with places, its schema.
