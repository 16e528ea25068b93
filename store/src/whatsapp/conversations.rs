//! Conversations as people work with them: found, listed, handed over, put off, read. Who has read how far is each
//! person's own; a conversation that was put off is open again when its time has come.

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::{UserId, Whose};
use domain::search::Search;
use domain::whatsapp::ProviderName;
use jiff::Timestamp;
use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A conversation.
#[derive(Debug, Clone)]
pub struct ConversationRow {
    pub id: i64,
    pub customer: i64,
    pub customer_name: String,
    /// E.164, the customer's first.
    pub customer_phone: Option<String>,
    pub channel: i64,
    pub number: String,
    pub provider: ProviderName,
    /// `open`, `snoozed`, `closed`.
    pub status: String,
    pub assignee: Option<UserId>,
    /// `person` or `assistant`.
    pub handled_by: String,
    /// Of who asks; at most 100.
    pub unread: i64,
    pub snoozed_until: Option<Timestamp>,
    pub last_inbound_at: Option<Timestamp>,
    pub last_message: Option<LastMessage>,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// The newest message.
#[derive(Debug, Clone)]
pub struct LastMessage {
    pub direction: String,
    pub kind: String,
    /// The first letters of it.
    pub preview: String,
    pub at: Timestamp,
    pub status: String,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct ConversationQuery {
    pub search: Option<Search>,
    pub status: Option<String>,
    pub whose: Whose,
    /// Only those with something that who asks has not read.
    pub unread: bool,
    pub customer: Option<i64>,
    pub limit: i64,
    pub offset: i64,
}

/// What is changed; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ConversationChange {
    pub status: Option<String>,
    pub assignee: Option<Option<UserId>>,
    pub snoozed_until: Option<Timestamp>,
    pub handled_by: Option<String>,
}

/// How a change ended.
#[derive(Debug, Clone)]
pub enum ConversationChanged {
    Done(Box<ConversationRow>),
    /// It is at another version.
    Meanwhile(Box<ConversationRow>),
    NotThere,
}

const STATUS: &str =
    "CASE WHEN v.status = 'snoozed' AND v.snoozed_until <= now() THEN 'open' ELSE v.status END";
/// What `$2` has not read of it.
const UNREAD: &str = "FROM whatsapp_messages u WHERE u.conversation_id = v.id AND u.direction = 'in' AND u.kind <> 'reaction'
    AND u.id > COALESCE((SELECT r.message_id FROM whatsapp_reads r WHERE r.conversation_id = v.id AND r.user_id = $2), 0)";

fn columns() -> String {
    format!(
        "v.id, v.customer_id, c.name,
         (SELECT i.value FROM customer_identities i WHERE i.business_id = v.business_id AND i.customer_id = v.customer_id
             AND i.kind = 'phone' ORDER BY i.is_primary DESC, i.value LIMIT 1),
         v.channel_id, h.number, h.provider, {STATUS}, v.assignee, v.handled_by,
         (SELECT count(*) FROM (SELECT {UNREAD} LIMIT 100) n), v.snoozed_until, v.last_inbound_at,
         m.direction, m.kind, left(m.body, 120), m.created_at, m.status, v.updated_at, v.version"
    )
}

const FROM: &str = "FROM whatsapp_conversations v
    JOIN customers c ON c.business_id = v.business_id AND c.id = v.customer_id
    JOIN whatsapp_channels h ON h.business_id = v.business_id AND h.id = v.channel_id
    LEFT JOIN whatsapp_messages m ON m.id = v.last_message AND m.business_id = v.business_id";

fn conversation(row: &Row) -> Result<ConversationRow, StoreError> {
    let odd = || StoreError::Refused("a channel has a provider that nobody knows".into());
    let last = row.get::<_, Option<String>>(13).map(|direction| LastMessage {
        direction,
        kind: row.get(14),
        preview: row.get(15),
        at: row.get(16),
        status: row.get(17),
    });
    Ok(ConversationRow {
        id: row.get(0),
        customer: row.get(1),
        customer_name: row.get(2),
        customer_phone: row.get(3),
        channel: row.get(4),
        number: row.get(5),
        provider: ProviderName::parse(row.get(6)).ok_or_else(odd)?,
        status: row.get(7),
        assignee: row.get::<_, Option<i64>>(8).map(UserId),
        handled_by: row.get(9),
        unread: row.get(10),
        snoozed_until: row.get(11),
        last_inbound_at: row.get(12),
        last_message: last,
        updated_at: row.get(18),
        version: row.get(19),
    })
}

impl TenantTx<'_> {
    /// A page of conversations as this person sees them, the one where something happened last first, and how many there are.
    pub async fn conversations(
        &self,
        me: UserId,
        query: &ConversationQuery,
    ) -> Result<(Vec<ConversationRow>, i64), StoreError> {
        limited(async {
            let business = self.business().0;
            let mut conditions = "v.business_id = $1 AND $2::bigint IS NOT NULL".to_owned();
            let mut values: Vec<Box<dyn ToSql + Sync + Send>> = vec![Box::new(business), Box::new(me.0)];
            let mut and = |condition: &str, value: Box<dyn ToSql + Sync + Send>| {
                values.push(value);
                conditions.push_str(&format!(" AND {condition}${}", values.len()));
            };
            if let Some(status) = &query.status {
                and(&format!("{STATUS} = "), Box::new(status.clone()));
            }
            if let Some(customer) = query.customer {
                and("v.customer_id = ", Box::new(customer));
            }
            if let Whose::Of(user) = query.whose {
                and("v.assignee = ", Box::new(user.0));
            }
            if query.whose == Whose::Nobodys {
                conditions.push_str(" AND v.assignee IS NULL");
            }
            if query.unread {
                conditions.push_str(&format!(" AND EXISTS (SELECT {UNREAD})"));
            }
            if let Some(search) = &query.search {
                let (tokens, lexemes) = search.columns();
                let first = values.len() + 1;
                values.push(Box::new(tokens));
                values.push(Box::new(lexemes));
                values.push(Box::new(search.spoken.clone()));
                conditions.push_str(&format!(
                    " AND v.customer_id IN (SELECT find_customers(${first}, ${}, ${}, {}))",
                    first + 1,
                    first + 2,
                    search.most()
                ));
            }
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|one| &**one as &(dyn ToSql + Sync)).collect();
            let sql = format!("SELECT count(*) FROM whatsapp_conversations v WHERE {conditions}");
            let total = self.sql().query_one(&sql, &values).await?.get(0);
            let sql = format!(
                "SELECT {} {FROM} WHERE {conditions} ORDER BY v.updated_at DESC, v.id DESC LIMIT {} OFFSET {}",
                columns(),
                query.limit,
                query.offset
            );
            let rows = self.sql().query(&sql, &values).await?;
            let rows: Result<Vec<_>, _> = rows.iter().map(conversation).collect();
            Ok((rows?, total))
        })
        .await
    }

    /// One conversation as this person sees it.
    pub async fn conversation(&self, me: UserId, id: i64) -> Result<Option<ConversationRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {} {FROM} WHERE v.business_id = $1 AND v.id = $3",
                columns()
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let row = self
                .sql()
                .query_opt(&statement, &[&self.business().0, &me.0, &id])
                .await?;
            row.as_ref().map(conversation).transpose()
        })
        .await
    }

    /// The conversation with a customer at a number, made when there is none. `None`: no such customer or number, or there is
    /// nothing to write to.
    pub async fn conversation_with(
        &self,
        me: UserId,
        customer: i64,
        channel: i64,
    ) -> Result<Option<ConversationRow>, StoreError> {
        limited(async {
            let business = self.business().0;
            let known = "SELECT id FROM whatsapp_conversations WHERE business_id = $1 AND customer_id = $2 AND channel_id = $3
                         ORDER BY updated_at DESC LIMIT 1";
            let known = self.sql().query_opt(known, &[&business, &customer, &channel]).await?;
            let id: Option<i64> = match known {
                Some(row) => Some(row.get(0)),
                None => {
                    // A WhatsApp id that is a number is that number.
                    let made = "INSERT INTO whatsapp_conversations (business_id, channel_id, customer_id, phone, user_id)
                        SELECT $1, h.id, c.id, CASE WHEN i.value LIKE '+%' THEN i.value END, CASE WHEN i.value NOT LIKE '+%' THEN i.value END
                        FROM customers c JOIN whatsapp_channels h ON h.business_id = $1 AND h.id = $3 AND h.deleted_at IS NULL
                        JOIN LATERAL (SELECT i.value FROM customer_identities i WHERE i.business_id = $1 AND i.customer_id = c.id
                            AND i.kind IN ('whatsapp', 'phone') ORDER BY i.kind = 'whatsapp' DESC, i.is_primary DESC, i.id LIMIT 1) i ON true
                        WHERE c.business_id = $1 AND c.id = $2 AND c.deleted_at IS NULL AND c.merged_into IS NULL
                        ON CONFLICT DO NOTHING RETURNING id";
                    let made = self.sql().query_opt(made, &[&business, &customer, &channel]).await?;
                    made.map(|row| row.get(0))
                }
            };
            match id {
                Some(id) => self.conversation(me, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// Changes a conversation if it is still at this version.
    pub async fn change_conversation(
        &self,
        by: &By,
        (id, version): (i64, i64),
        change: &ConversationChange,
    ) -> Result<ConversationChanged, StoreError> {
        limited(async {
            let me = UserId(by.actor.unwrap_or_default());
            let held = "SELECT version FROM whatsapp_conversations WHERE business_id = $1 AND id = $2 FOR UPDATE";
            let Some(row) = self.sql().query_opt(held, &[&self.business().0, &id]).await? else {
                return Ok(ConversationChanged::NotThere);
            };
            if row.get::<_, i64>(0) != version {
                let now = self.conversation(me, id).await?.ok_or(StoreError::Fenced)?;
                return Ok(ConversationChanged::Meanwhile(Box::new(now)));
            }
            if let Some(Some(user)) = change.assignee {
                let member = "SELECT FROM memberships WHERE business_id = $1 AND user_id = $2 AND active";
                if self.sql().query_opt(member, &[&self.business().0, &user.0]).await?.is_none() {
                    return Ok(ConversationChanged::NotThere);
                }
            }
            // Whom a person hands it to has the words; what the assistant was about to answer is answered by nobody else.
            let sql = "UPDATE whatsapp_conversations SET status = COALESCE($3, status),
                    snoozed_until = CASE COALESCE($3, status) WHEN 'snoozed' THEN COALESCE($4, snoozed_until) END,
                    assignee = CASE WHEN $5 THEN $6 ELSE assignee END, handled_by = COALESCE($7, handled_by),
                    assistant_for = CASE WHEN COALESCE($7, handled_by) = 'person' THEN NULL ELSE assistant_for END,
                    version = version + 1
                WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &id,
                        &change.status,
                        &change.snoozed_until,
                        &change.assignee.is_some(),
                        &change.assignee.flatten().map(|user| user.0),
                        &change.handled_by,
                    ],
                )
                .await?;
            let happened = Happened {
                action: "whatsapp.conversation",
                subject: format!("conversation:{id}"),
                detail: json!({ "status": change.status, "assignee": change.assignee.flatten().map(|user| user.0),
                                "handled_by": change.handled_by }),
            };
            self.audit(by, happened).await?;
            let now = self.conversation(me, id).await?.ok_or(StoreError::Fenced)?;
            Ok(ConversationChanged::Done(Box::new(now)))
        })
        .await
    }

    /// This person has read everything that is there. The provider's id of the customer's newest message, to be told to the
    /// provider; `None` when there is no such conversation.
    pub async fn read_conversation(&self, me: UserId, id: i64) -> Result<Option<Option<String>>, StoreError> {
        limited(async {
            let newest = "SELECT v.last_message, (SELECT m.provider_id FROM whatsapp_messages m WHERE m.conversation_id = v.id
                              AND m.direction = 'in' AND m.kind <> 'reaction' ORDER BY m.id DESC LIMIT 1)
                          FROM whatsapp_conversations v WHERE v.business_id = $1 AND v.id = $2";
            let Some(row) = self.sql().query_opt(newest, &[&self.business().0, &id]).await? else {
                return Ok(None);
            };
            if let Some(message) = row.get::<_, Option<i64>>(0) {
                let read = "INSERT INTO whatsapp_reads AS r VALUES ($1, $2, $3, $4)
                            ON CONFLICT (conversation_id, user_id) DO UPDATE SET message_id = GREATEST(r.message_id, EXCLUDED.message_id)";
                self.sql().execute(read, &[&self.business().0, &id, &me.0, &message]).await?;
            }
            Ok(Some(row.get(1)))
        })
        .await
    }
}
