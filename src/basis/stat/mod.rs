//! Histograms, quantiles, intervals: what turns draws into figures with errors.
