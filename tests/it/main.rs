//! The stories, one file each: a real engine process, a real Postgres, the carrier and the
//! providers played at their wire. And the rules of the house.

mod tidy;
