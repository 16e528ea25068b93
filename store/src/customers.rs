//! Customers as people look for them: lists, one with all that is known of it, and who is it already. What changes them is
//! in the files beside. Found through `find_customers` (V013): under row-level security Postgres may not use the index.

mod bulk;
mod changing;
mod erasing;
mod identities;
mod importing;
mod merging;
mod person;
mod previewing;
mod tags;
mod views;

pub use bulk::{AT_ONCE, BulkChange, Job, MOST};
pub use changing::{Changed, CustomerChange, Made, NewCustomer};
pub use erasing::{CarrierDeletion, Erased};
pub use identities::Added;
pub use importing::{ImportError, ImportRow};
pub use merging::{DAYS, Merged, Undone};
pub use previewing::Preview;
pub use tags::TagLine;
pub use views::View;

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::{UserId, Whose};
use domain::customer::{IdentityKind, Source, Stage, Status};
use domain::search::Search;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A customer in a list.
#[derive(Debug, Clone)]
pub struct CustomerLine {
    pub id: i64,
    pub name: String,
    /// The first of its kind, E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub status: Status,
    pub stage: Stage,
    pub tags: Vec<String>,
    pub assignee: Option<UserId>,
    pub source: Source,
    pub last_activity_at: jiff::Timestamp,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub version: i64,
    pub deleted_at: Option<jiff::Timestamp>,
    pub merged_into: Option<i64>,
}

/// A customer with all that is known of it.
#[derive(Debug, Clone)]
pub struct CustomerRow {
    pub line: CustomerLine,
    pub identities: Vec<IdentityLine>,
    pub details: Value,
    pub stage_reason: String,
    pub stage_since: jiff::Timestamp,
    pub notes: i64,
    pub open_tasks: i64,
}

/// What a customer is known by.
#[derive(Debug, Clone)]
pub struct IdentityLine {
    pub id: i64,
    pub kind: IdentityKind,
    pub value: String,
    pub primary: bool,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct CustomerQuery {
    pub search: Option<Search>,
    pub status: Option<Status>,
    pub stage: Option<Stage>,
    pub tag: Option<String>,
    pub whose: Whose,
    /// Came to be from a moment on, and before another.
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
    /// Came at least so far, now or before.
    pub reached: Option<Stage>,
    /// Column and whether it descends, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

pub(crate) const COLUMNS: &str = "c.id, c.name,
    (SELECT i.value FROM customer_identities i WHERE i.business_id = c.business_id AND i.customer_id = c.id
        AND i.kind = 'phone' ORDER BY i.is_primary DESC, i.value LIMIT 1),
    (SELECT i.value FROM customer_identities i WHERE i.business_id = c.business_id AND i.customer_id = c.id
        AND i.kind = 'email' ORDER BY i.is_primary DESC, i.value LIMIT 1),
    c.status, c.stage, c.tags, c.assignee, c.source, c.last_activity_at, c.created_at, c.updated_at, c.version,
    c.deleted_at, c.merged_into";

pub(crate) fn line(row: &Row) -> Result<CustomerLine, StoreError> {
    let odd = || StoreError::Refused("a customer has a word that nobody knows".into());
    Ok(CustomerLine {
        id: row.get(0),
        name: row.get(1),
        phone: row.get(2),
        email: row.get(3),
        status: Status::parse(row.get(4)).ok_or_else(odd)?,
        stage: Stage::parse(row.get(5)).ok_or_else(odd)?,
        tags: row.get(6),
        assignee: row.get::<_, Option<i64>>(7).map(UserId),
        source: Source::parse(row.get(8)).ok_or_else(odd)?,
        last_activity_at: row.get(9),
        created_at: row.get(10),
        updated_at: row.get(11),
        version: row.get(12),
        deleted_at: row.get(13),
        merged_into: row.get(14),
    })
}

/// A question as SQL: only what is asked for is in it, so that its plan is made once and fits.
pub(crate) struct Asked<'a> {
    conditions: String,
    pub(crate) parameters: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
    found: Option<String>,
    filtered: bool,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(business: i64, query: &'a CustomerQuery) -> Self {
        let mut asked = Self {
            conditions: "c.business_id = $1 AND c.deleted_at IS NULL AND c.merged_into IS NULL".into(),
            parameters: vec![Box::new(business)],
            found: None,
            filtered: false,
        };
        if let Some(status) = query.status {
            asked.and("c.status = ", status.as_str());
        }
        if let Some(stage) = query.stage {
            asked.and("c.stage = ", stage.as_str());
        }
        if let Some(tag) = &query.tag {
            asked.and("c.tags @> ARRAY[$]", tag.as_str());
        }
        if let Some(from) = query.from {
            asked.and("c.created_at >= ", from);
        }
        if let Some(to) = query.to {
            asked.and("c.created_at < ", to);
        }
        if let Some(stage) = query.reached {
            asked.and("c.stage_reached >= stage_rank($)", stage.as_str());
        }
        match query.whose {
            Whose::Everybodys => {}
            Whose::Nobodys => {
                asked.conditions.push_str(" AND c.assignee IS NULL");
                asked.filtered = true;
            }
            Whose::Of(user) => asked.and("c.assignee = ", user.0),
        }
        if let Some(search) = &query.search {
            let (tokens, lexemes) = search.columns();
            let (first, most) = (asked.parameters.len() + 1, search.most());
            asked.parameters.push(Box::new(tokens));
            asked.parameters.push(Box::new(lexemes));
            asked.parameters.push(Box::new(&search.spoken));
            asked.found = Some(format!(
                "find_customers(${first}, ${}, ${}, {most})",
                first + 1,
                first + 2
            ));
        }
        asked
    }

    fn and(&mut self, condition: &str, value: impl ToSql + Sync + Send + 'a) {
        self.parameters.push(Box::new(value));
        let place = format!("${}", self.parameters.len());
        let condition = match condition.contains('$') {
            true => condition.replace('$', &place),
            false => format!("{condition}{place}"),
        };
        self.conditions.push_str(" AND ");
        self.conditions.push_str(&condition);
        self.filtered = true;
    }

    pub(crate) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.parameters
            .iter()
            .map(|one| &**one as &(dyn ToSql + Sync))
            .collect()
    }

    /// The customers that are meant, as the rest of a statement.
    pub(crate) fn from(&self) -> String {
        match &self.found {
            None => format!("FROM customers c WHERE {}", self.conditions),
            Some(found) => format!(
                "FROM (SELECT DISTINCT f FROM {found} AS f) AS f JOIN customers c ON c.id = f.f WHERE {}",
                self.conditions
            ),
        }
    }

    /// Page and count: a search is done once for both, and nothing but kept totals says how many there are in all.
    fn page(&self, query: &CustomerQuery) -> String {
        let (column, descending) = query.sort;
        let direction = if descending { "DESC" } else { "ASC" };
        let order = format!("{column} {direction}, c.id {direction}");
        let rows = format!("LIMIT {} OFFSET {}", query.limit, query.offset);
        if self.found.is_some() {
            return format!(
                "WITH asked AS MATERIALIZED (SELECT c.id, {column} AS k {}), page AS (
                     SELECT {COLUMNS} FROM (SELECT id, k FROM asked ORDER BY k {direction}, id {direction} {rows}) p
                     JOIN customers c ON c.business_id = $1 AND c.id = p.id ORDER BY p.k {direction}, p.id {direction})
                 SELECT page.*, (SELECT count(*) FROM asked) FROM page
                 UNION ALL SELECT NULL, {}, count(*) FROM asked HAVING NOT EXISTS (SELECT FROM page)",
                self.from(),
                ["NULL"; 14].join(", ")
            );
        }
        let total = match self.filtered {
            true => format!("(SELECT count(*) {})", self.from()),
            false => "(SELECT COALESCE(sum(t.n), 0)::bigint FROM customer_totals t WHERE t.business_id = $1)"
                .into(),
        };
        // The page is found by its index alone: of the rows that are passed over nothing else is looked at.
        format!(
            "SELECT {COLUMNS}, {total} FROM (SELECT c.id, {column} AS k {} ORDER BY {order} {rows}) p
             JOIN customers c ON c.business_id = $1 AND c.id = p.id ORDER BY p.k {direction}, p.id {direction}",
            self.from()
        )
    }
}

impl TenantTx<'_> {
    /// A page of customers, and how many fit.
    pub async fn customers(&self, query: &CustomerQuery) -> Result<(Vec<CustomerLine>, i64), StoreError> {
        limited(async {
            let asked = Asked::of(self.business().0, query);
            let sql = asked.page(query);
            // Statements of first pages are few; others come and go.
            let statement = match query.offset {
                0 => self.sql().prepare_cached(&sql).await?,
                _ => self.sql().prepare(&sql).await?,
            };
            let rows = self.sql().query(&statement, &asked.parameters()).await?;
            let total = match rows.first() {
                Some(row) => row.get(15),
                None if query.offset == 0 => 0,
                None => self.customers_in_all(&asked).await?,
            };
            let there = rows.iter().filter(|row| row.get::<_, Option<i64>>(0).is_some());
            let lines: Result<Vec<CustomerLine>, StoreError> = there.map(line).collect();
            Ok((lines?, total))
        })
        .await
    }

    async fn customers_in_all(&self, asked: &Asked<'_>) -> Result<i64, StoreError> {
        let sql = format!("SELECT count(*) {}", asked.from());
        Ok(self.sql().query_one(&sql, &asked.parameters()).await?.get(0))
    }

    /// One customer, also one that was deleted, or is another's part by now.
    pub async fn customer(&self, id: i64) -> Result<Option<CustomerRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS}, c.details, c.stage_reason, c.stage_since,
                    (SELECT count(*) FROM customer_notes n
                     WHERE n.business_id = c.business_id AND n.customer_id = c.id AND n.deleted_at IS NULL),
                    (SELECT count(*) FROM tasks t
                     WHERE t.business_id = c.business_id AND t.customer_id = c.id AND t.state = 'open')
                 FROM customers c WHERE c.business_id = $1 AND c.id = $2 AND c.erased_at IS NULL"
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let Some(row) = self
                .sql()
                .query_opt(&statement, &[&self.business().0, &id])
                .await?
            else {
                return Ok(None);
            };
            Ok(Some(CustomerRow {
                line: line(&row)?,
                identities: self.identities_of(id).await?,
                details: row.get(15),
                stage_reason: row.get(16),
                stage_since: row.get(17),
                notes: row.get(18),
                open_tasks: row.get(19),
            }))
        })
        .await
    }

    async fn identities_of(&self, customer: i64) -> Result<Vec<IdentityLine>, StoreError> {
        let sql = "SELECT id, kind, value, is_primary FROM customer_identities
                   WHERE business_id = $1 AND customer_id = $2
                   ORDER BY array_position(ARRAY['phone', 'email', 'whatsapp'], kind), is_primary DESC, id";
        let statement = self.sql().prepare_cached(sql).await?;
        let rows = self
            .sql()
            .query(&statement, &[&self.business().0, &customer])
            .await?;
        let identity = |row: &Row| {
            Some(IdentityLine {
                id: row.get(0),
                kind: IdentityKind::parse(row.get(1))?,
                value: row.get(2),
                primary: row.get(3),
            })
        };
        Ok(rows.iter().filter_map(identity).collect())
    }

    /// Whose this identity is, in this list's form; also one who was deleted.
    pub async fn customer_of(
        &self,
        kind: IdentityKind,
        value: &str,
    ) -> Result<Option<CustomerLine>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM customer_identities o JOIN customers c ON c.business_id = o.business_id AND c.id = o.customer_id
                 WHERE o.business_id = $1 AND o.kind = $2 AND o.value = $3"
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let row = self
                .sql()
                .query_opt(&statement, &[&self.business().0, &kind.as_str(), &value])
                .await?;
            row.as_ref().map(line).transpose()
        })
        .await
    }
}
