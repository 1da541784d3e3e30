//! Builds audiences: the world by metro, continents, countries, or the rows of a user file.
