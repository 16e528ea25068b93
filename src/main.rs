//! The process: hands over to the command line and ends with its status.

#[actix_web::main]
async fn main() {
    let status = agentlocator::commands::run().await;
    std::process::exit(status);
}
