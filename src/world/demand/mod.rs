//! User groups: who asks, from where, how often.
