//! The API that pages and programs use: one table of its routes, from which both the server and the
//! OpenAPI document are made, so that neither knows a route that the other doesn't.

pub mod audit;
pub mod body;
mod business;
pub mod business_body;
mod businesses;
mod call_body;
mod calls;
mod csv;
mod customer_body;
mod customer_bulk;
mod customer_data;
mod customer_merges;
mod customer_tags;
mod customer_views;
mod customers;
mod document_body;
mod document_templates;
mod documents;
mod feature_gate;
mod greeting;
mod imports;
mod notifications;
mod openapi;
mod outgoing_calls;
pub mod paging;
mod papers;
pub mod policy;
mod prefilling;
mod public_signing;
mod public_verify;
pub mod ranged;
mod reminders;
mod signature_body;
mod signatures;
mod stats;
mod stats_body;
mod task_body;
mod tasks;
mod timeline;
mod whatsapp_body;
mod whatsapp_channels;
mod whatsapp_conversations;
pub mod whatsapp_files;
mod whatsapp_messages;
mod whatsapp_starting;
mod whatsapp_template_body;
pub mod who;

pub use feature_gate::feature_gate;
pub use openapi::{document, document_text, documentation, documentation_pages, openapi_json};
pub use whatsapp_body::{file_link, file_path};

use utoipa_actix_web::service_config::ServiceConfig;

/// All routes of the API.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(businesses::list)
        .service(businesses::create)
        .service(businesses::get_one)
        .service(businesses::replace)
        .service(businesses::remove)
        .service(businesses::restore)
        .service(businesses::deactivate)
        .service(businesses::reactivate)
        .service(business::show)
        .service(business::update)
        .service(business::numbers)
        .service(business::add_number)
        .service(business::remove_number)
        .service(business::script)
        .service(business::set_script)
        .service(business::check_script)
        .service(business::voices)
        .service(greeting::listen)
        .service(greeting::upload)
        .service(greeting::speak)
        .service(greeting::reset)
        .service(calls::list)
        .service(calls::export)
        .service(calls::live)
        .service(calls::get_one)
        .service(outgoing_calls::start)
        .service(outgoing_calls::last)
        .service(outgoing_calls::take_over)
        .service(outgoing_calls::last_take_over)
        .service(outgoing_calls::hang_up)
        .service(calls::recording)
        .service(customers::list)
        .service(customers::create)
        .service(customers::check)
        .service(customer_bulk::export)
        .service(customer_bulk::bulk)
        .service(customer_bulk::job)
        .service(customer_merges::merge)
        .service(customer_merges::undo)
        .service(customer_data::data)
        .service(customer_data::erase)
        .service(customer_tags::tags)
        .service(customer_views::list)
        .service(customer_views::create)
        .service(customer_views::remove)
        .service(customers::get_one)
        .service(customers::update)
        .service(customers::remove)
        .service(customers::restore)
        .service(customers::add_identity)
        .service(customers::remove_identity)
        .service(customers::stage)
        .service(imports::upload)
        .service(imports::list)
        .service(imports::get_one)
        .service(imports::errors)
        .service(imports::preview)
        .service(imports::run)
        .service(imports::revert)
        .service(timeline::timeline)
        .service(timeline::add_note)
        .service(timeline::change_note)
        .service(timeline::remove_note)
        .service(papers::quotes::list)
        .service(papers::quotes::create)
        .service(papers::quotes::get_one)
        .service(papers::quotes::update)
        .service(papers::quotes::remove)
        .service(papers::quotes::issue)
        .service(papers::quotes::pdf)
        .service(papers::contracts::list)
        .service(papers::contracts::create)
        .service(papers::contracts::get_one)
        .service(papers::contracts::update)
        .service(papers::contracts::remove)
        .service(papers::contracts::issue)
        .service(papers::contracts::pdf)
        .service(papers::invoices::list)
        .service(papers::invoices::create)
        .service(papers::invoices::get_one)
        .service(papers::invoices::update)
        .service(papers::invoices::remove)
        .service(papers::invoices::issue)
        .service(papers::invoices::pdf)
        .service(papers::credit)
        .service(papers::payments)
        .service(document_templates::list)
        .service(document_templates::create)
        .service(document_templates::preview)
        .service(document_templates::versions)
        .service(document_templates::replace)
        .service(document_templates::settings)
        .service(document_templates::set_settings)
        .service(policy::consents)
        .service(policy::add_consent)
        .service(policy::revoke_consent)
        .service(policy::standing)
        .service(policy::set_standing)
        .service(signatures::create)
        .service(signatures::list)
        .service(signatures::get_one)
        .service(signatures::cancel)
        .service(signatures::remind)
        .service(signatures::pdf)
        .service(public_signing::session)
        .service(public_signing::pdf)
        .service(public_signing::code)
        .service(public_signing::verify)
        .service(public_signing::sign)
        .service(public_signing::decline)
        .service(public_verify::verify)
        .service(tasks::list)
        .service(tasks::counts)
        .service(tasks::assignees)
        .service(tasks::create)
        .service(tasks::get_one)
        .service(tasks::update)
        .service(reminders::list)
        .service(reminders::acknowledge)
        .service(reminders::snooze)
        .service(reminders::shown)
        .service(stats::overview)
        .service(stats::by_day)
        .service(stats::by_agent)
        .service(stats::funnel)
        .service(stats::missed_by_hour)
        .service(whatsapp_channels::list)
        .service(whatsapp_channels::create)
        .service(whatsapp_channels::update)
        .service(whatsapp_channels::remove)
        .service(whatsapp_channels::sync)
        .service(whatsapp_channels::templates)
        .service(whatsapp_channels::replies)
        .service(whatsapp_channels::add_reply)
        .service(whatsapp_channels::remove_reply)
        .service(whatsapp_conversations::list)
        .service(whatsapp_conversations::get_one)
        .service(whatsapp_conversations::update)
        .service(whatsapp_conversations::read)
        .service(whatsapp_conversations::typing)
        .service(whatsapp_messages::list)
        .service(whatsapp_messages::create)
        .service(whatsapp_messages::decide)
        .service(whatsapp_files::upload)
        .service(whatsapp_starting::send)
        .service(whatsapp_starting::start)
        .service(audit::list)
        .service(notifications::key)
        .service(notifications::subscribe)
        .service(notifications::unsubscribe)
        .service(notifications::test)
        .service(notifications::preferences)
        .service(notifications::set_preferences)
        .service(super::push_actions::act)
        .service(super::health::health)
        .service(super::health::api_health);
}
