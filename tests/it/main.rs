//! The stories, one file each: a real engine process, a real Postgres, the carrier and the
//! providers played at their wire. And the rules of the house.

mod administrators;
mod bad_input;
mod behind_nginx;
mod browser;
mod businesses;
mod call;
mod check_signature;
mod cluster;
mod crash_recovery;
mod deployment;
mod every_provider_down;
mod incoming_call;
mod live_news;
mod logging_in;
mod nginx_process;
mod office;
mod once_only;
mod openapi;
mod parties;
mod people;
mod postgres_away;
mod private_words;
mod real_chain;
mod recording_to_reply;
mod refreshing;
mod roles;
mod routes;
mod starting_and_stopping;
mod tenant_walk;
mod tidy;
mod watchers;
mod watching;
mod whole_call;
mod world;
