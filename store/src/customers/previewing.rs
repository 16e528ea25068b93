//! A file of customers looked through before anything is written: what would become of each line.

use super::importing::{ImportError, SENT};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::customer::Identity;
use domain::import::{Mapping, Wrong};
use std::collections::HashSet;

/// What would come of a file.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    pub good: i64,
    pub bad: i64,
    /// The first hundred.
    pub errors: Vec<ImportError>,
}

/// Errors that are told.
const TOLD: usize = 100;

impl TenantTx<'_> {
    /// What would come of a file with this mapping; nothing is written.
    pub async fn preview_import(&self, id: i64, mapping: &Mapping) -> Result<Preview, StoreError> {
        let mut preview = Preview::default();
        let mut seen = HashSet::new();
        let mut after = 0;
        loop {
            let lines = self.import_lines(id, after, SENT as i64).await?;
            let Some((last, _)) = lines.last() else {
                return Ok(preview);
            };
            after = *last;
            let mut read = Vec::new();
            for (line, cells) in lines {
                let outcome = mapping.read(&cells).and_then(|read| {
                    let twice = read.identities.iter().find(|identity| seen.contains(*identity));
                    match twice {
                        Some(identity) => Err(twice_in_file(identity)),
                        None => Ok(read),
                    }
                });
                if let Ok(read) = &outcome {
                    seen.extend(read.identities.iter().cloned());
                }
                read.push((line, cells, outcome));
            }
            let identities = read.iter().filter_map(|(_, _, outcome)| outcome.as_ref().ok());
            let identities: Vec<Identity> = identities.flat_map(|read| read.identities.clone()).collect();
            let taken = self.taken(&identities).await?;
            for (line, cells, outcome) in read {
                let wrong = match outcome {
                    Err(wrong) => Some(wrong),
                    Ok(read) => read
                        .identities
                        .iter()
                        .find(|one| taken.contains(*one))
                        .map(known_already),
                };
                match wrong {
                    None => preview.good += 1,
                    Some(wrong) => {
                        preview.bad += 1;
                        if preview.errors.len() < TOLD {
                            preview.errors.push(ImportError {
                                line,
                                field: wrong.field.to_owned(),
                                error: wrong.why,
                                cells,
                            });
                        }
                    }
                }
            }
        }
    }

    async fn taken(&self, identities: &[Identity]) -> Result<HashSet<Identity>, StoreError> {
        limited(async {
            let (kinds, values): (Vec<&str>, Vec<&str>) = identities
                .iter()
                .map(|one| (one.kind().as_str(), one.value()))
                .unzip();
            let sql = "SELECT i.kind, i.value FROM unnest($2::text[], $3::text[]) AS u(k, v)
                       JOIN customer_identities i ON i.business_id = $1 AND i.kind = u.k AND i.value = u.v";
            let rows = self
                .sql()
                .query(sql, &[&self.business().0, &kinds, &values])
                .await?;
            let there: HashSet<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
            let is_there =
                |one: &&Identity| there.contains(&(one.kind().as_str().to_owned(), one.value().to_owned()));
            Ok(identities.iter().filter(is_there).cloned().collect())
        })
        .await
    }
}

fn twice_in_file(identity: &Identity) -> Wrong {
    Wrong {
        field: identity.kind().as_str(),
        why: "a line before has it, too".into(),
    }
}

fn known_already(identity: &Identity) -> Wrong {
    Wrong {
        field: identity.kind().as_str(),
        why: "a customer is known by it already".into(),
    }
}
