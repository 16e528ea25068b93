//! Spans of the log as spans of OpenTelemetry. A trace belongs to a request id: its ids are made from
//! it, so what another engine, or a retry hours later, does because of that request is in the same
//! trace, and whoever has an id out of a log or an answer finds the trace by it.

use super::courier::Courier;
use super::{Speaker, TelemetryError};
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanProcessor};
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, debug};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Spans that may wait to be sent; more are dropped by the processor, which says so.
const WAITING: usize = 4096;
/// How long a span waits for others to go with.
const DELAY: Duration = Duration::from_secs(2);

/// The layer. Put in place for the target [`super::SPANS`] only. Cheap to clone.
#[derive(Clone)]
pub struct SpanLayer {
    processor: Arc<BatchSpanProcessor>,
    scope: InstrumentationScope,
    random: RandomState,
}

/// A span under way.
struct Open {
    trace: TraceId,
    id: SpanId,
    parent: SpanId,
    kind: SpanKind,
    begun: SystemTime,
    fields: Fields,
}

#[derive(Default)]
struct Fields {
    request_id: Option<String>,
    name: Option<String>,
    server: bool,
    failed: bool,
    attributes: Vec<KeyValue>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match field.name() {
            "otel.name" => self.name = Some(value.as_str().into_owned()),
            "otel.kind" => self.server = value.as_str() == "server",
            "error" => self.failed = value == Value::Bool(true),
            "request_id" => {
                self.request_id = Some(value.as_str().into_owned());
                self.attributes.push(KeyValue::new("request_id", value));
            }
            name => self.attributes.push(KeyValue::new(name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned().into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, i64::try_from(value).unwrap_or(i64::MAX).into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

/// The trace of a request, and the span of the request itself in it.
fn ids_of(request_id: &str) -> (TraceId, SpanId) {
    let hash: [u8; 32] = Sha256::digest(request_id.as_bytes()).into();
    let (mut trace, mut span) = ([0; 16], [0; 8]);
    trace.copy_from_slice(&hash[..16]);
    span.copy_from_slice(&hash[16..24]);
    (TraceId::from_bytes(trace), SpanId::from_bytes(span))
}

impl SpanLayer {
    /// A layer whose spans go to `endpoint` + `/v1/traces`.
    ///
    /// # Errors
    /// When the address is none.
    pub fn to(endpoint: &str, speaker: &Speaker, courier: Courier) -> Result<Self, TelemetryError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(courier)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(Duration::from_secs(5))
            .build()
            .map_err(|error| TelemetryError(error.to_string()))?;
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_scheduled_delay(DELAY)
            .build();
        let mut processor = BatchSpanProcessor::builder(exporter)
            .with_batch_config(config)
            .build();
        let resource = Resource::builder_empty().with_attributes([
            KeyValue::new("service.name", "agentlocator"),
            KeyValue::new("service.version", speaker.revision.clone()),
            KeyValue::new("deployment.environment.name", speaker.environment),
        ]);
        processor.set_resource(&resource.build());
        Ok(Self {
            processor: Arc::new(processor),
            scope: InstrumentationScope::builder("agentlocator").build(),
            random: RandomState::new(),
        })
    }

    /// For a span that no request led to.
    fn new_trace(&self, own: SpanId) -> TraceId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&own.to_bytes());
        bytes[8..].copy_from_slice(&self.new_id().to_bytes());
        TraceId::from_bytes(bytes)
    }

    /// Random enough: `RandomState` is seeded by the system, the counter is the time.
    fn new_id(&self) -> SpanId {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let turn = (now.unwrap_or_default().as_nanos(), std::thread::current().id());
        SpanId::from_bytes(self.random.hash_one(turn).max(1).to_be_bytes())
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let own = self.new_id();
        let above = span
            .parent()
            .and_then(|above| above.extensions().get::<Open>().map(|open| (open.trace, open.id)));
        let (trace, id, parent) = match (&fields.request_id, above) {
            (Some(request_id), _) if fields.server => {
                let (trace, id) = ids_of(request_id);
                (trace, id, SpanId::INVALID)
            }
            (_, Some((trace, above))) => (trace, own, above),
            // What a request led to: below its span, wherever that was or will be sent.
            (Some(request_id), None) => {
                let (trace, request) = ids_of(request_id);
                (trace, own, request)
            }
            (None, None) => (self.new_trace(own), own, SpanId::INVALID),
        };
        let kind = if fields.server {
            SpanKind::Server
        } else {
            SpanKind::Internal
        };
        let begun = SystemTime::now();
        span.extensions_mut().insert(Open {
            trace,
            id,
            parent,
            kind,
            begun,
            fields,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(&mut open.fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else {
            return;
        };
        let name = open.fields.name.unwrap_or_else(|| span.name().to_owned());
        self.processor.on_end(SpanData {
            span_context: SpanContext::new(
                open.trace,
                open.id,
                TraceFlags::SAMPLED,
                false,
                TraceState::default(),
            ),
            parent_span_id: open.parent,
            parent_span_is_remote: false,
            span_kind: open.kind,
            name: name.into(),
            start_time: open.begun,
            end_time: SystemTime::now(),
            attributes: open.fields.attributes,
            dropped_attributes_count: 0,
            events: Default::default(),
            links: Default::default(),
            status: if open.fields.failed {
                Status::error("")
            } else {
                Status::Unset
            },
            instrumentation_scope: self.scope.clone(),
        });
    }
}

impl SpanLayer {
    /// Sends what waits. Called when the process ends.
    pub fn finish(&self) {
        if let Err(error) = self.processor.shutdown_with_timeout(Duration::from_secs(3)) {
            debug!(%error, "the last spans were not sent");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_trace_wherever_it_is_worked_on() {
        assert_eq!(ids_of("01890a5d-ac96"), ids_of("01890a5d-ac96"));
        assert_ne!(ids_of("01890a5d-ac96").0, ids_of("01890a5d-ac97").0);
    }
}
