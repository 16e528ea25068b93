//! What this machine can do without us, in the same run: the bare framework's answer, and rows
//! committed one by one on the same disk.

use actix_web::{App, HttpResponse, HttpServer, web};
use simulator::Engine;
use simulator::load::{LoadPlan, run};
use std::time::{Duration, Instant};

/// A document as long as a greeting.
const ANSWER: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Play>/static/voice_responses/1/greeting.mp3</Play>",
    "<Pause length=\"1\"/><Record action=\"/webhook/handle_recording?turn=1\" method=\"POST\" maxLength=\"30\" ",
    "timeout=\"5\" finishOnKey=\"*\" playBeep=\"true\" trim=\"trim-silence\" transcribe=\"false\"/>",
    "<Play>/static/voice_responses/1/welcome.mp3</Play><Hangup/></Response>"
);

/// Requests a second of a handler that reads the body and answers with a constant.
pub async fn bare_framework(seconds: u64) -> f64 {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = || App::new().default_service(web::to(bare));
            let server = HttpServer::new(app)
                .workers(2)
                .bind(("127.0.0.1", 0))
                .expect("a port");
            let address = server.addrs()[0];
            let server = server.disable_signals().run();
            let _ = tell.send((address, server.handle()));
            let _ = server.await;
        });
    });
    let (address, handle) = told.recv().expect("the bare server starts");
    let mut plan = LoadPlan::new(
        Engine::local(format!("http://{address}")),
        crate::parties::ACCOUNT,
        crate::parties::TOKEN,
    );
    plan.connections = 64;
    plan.time = Duration::from_secs(seconds.div_ceil(2));
    let report = run(plan).await.expect("loopback");
    handle.stop(false).await;
    report.requests_per_second()
}

async fn bare(body: web::Bytes) -> HttpResponse {
    std::hint::black_box(body.len());
    HttpResponse::Ok().content_type("text/xml").body(ANSWER)
}

/// Commits a second of so many clients, each inserting one row after the other.
pub async fn single_row_commits(url: &str, clients: usize, seconds: u64) -> f64 {
    let admin = connect(url).await;
    admin
        .batch_execute(
            "CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)",
        )
        .await
        .expect("a table");
    let limit = Duration::from_secs(seconds.div_ceil(2));
    let begun = Instant::now();
    let work = (0..clients).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move {
            let client = connect(&url).await;
            let insert = client
                .prepare("INSERT INTO floor (text) VALUES ($1)")
                .await
                .expect("a statement");
            let mut rows = 0_u64;
            while begun.elapsed() < limit {
                client
                    .execute(&insert, &[&"CA00000000000000000000000000000001"])
                    .await
                    .expect("a commit");
                rows += 1;
            }
            rows
        })
    });
    let mut rows = 0;
    for client in futures_util::future::join_all(work).await {
        rows += client.expect("a client");
    }
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    admin
        .batch_execute("DROP TABLE floor")
        .await
        .expect("the table goes");
    rate
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("connects");
    tokio::spawn(connection);
    client
}
