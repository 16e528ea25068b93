//! Who people are and what they may: roles of a business, and the features that a business may use.
//! Rules only; who holds which role is in the store.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A person. The number that Postgres gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose rows are listed, of what has an assignee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    #[default]
    Everybodys,
    Nobodys,
    Of(UserId),
}

impl Whose {
    /// As a list asks for it: nothing for everybody's, `me`, `none`, or a person's number. `None` for anything else.
    pub fn parse(asked: Option<&str>, me: UserId) -> Option<Self> {
        match asked {
            None | Some("") => Some(Self::Everybodys),
            Some("me") => Some(Self::Of(me)),
            Some("none") => Some(Self::Nobodys),
            Some(id) => id.parse().ok().map(|id| Self::Of(UserId(id))),
        }
    }
}

/// What a person is in one business. An administrator of the platform is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works with what the business has.
    Agent,
    /// Changes the business and its people as well.
    Manager,
}

impl Role {
    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Manager => "manager",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Agent, Self::Manager]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// What a business may be allowed to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    Calls,
    Crm,
    Whatsapp,
    Signatures,
    Invoices,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 5] = [
        Self::Calls,
        Self::Crm,
        Self::Whatsapp,
        Self::Signatures,
        Self::Invoices,
    ];

    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Crm => "crm",
            Self::Whatsapp => "whatsapp",
            Self::Signatures => "signatures",
            Self::Invoices => "invoices",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_read_back_what_they_write() {
        for role in [Role::Agent, Role::Manager] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("admin"), None);
    }

    #[test]
    fn a_manager_is_more_than_an_agent() {
        assert!(Role::Manager > Role::Agent);
    }
}
