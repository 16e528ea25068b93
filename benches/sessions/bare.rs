//! The floor: the framework's own WebSocket actors and nothing else, in a process of their own (this bench, called again
//! with `--bare-server`). It authenticates nobody and keeps nothing.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

use actix::{Actor, ActorContext, Addr, AsyncContext, Handler, Message, StreamHandler};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;
use std::sync::{Arc, Mutex};

/// What makes this program the server.
pub const ARGUMENT: &str = "--bare-server";
const TEXT: &str = r#"{"type":"hint","what":"tasks","id":null}"#;

type All = Arc<Mutex<Vec<Addr<Page>>>>;

struct Page(All);

impl Actor for Page {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.0.lock().expect("whole").push(context.address());
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Say;

impl Handler<Say> for Page {
    type Result = ();

    fn handle(&mut self, _: Say, context: &mut Self::Context) {
        context.text(TEXT);
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Page {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, context: &mut Self::Context) {
        match message {
            Ok(ws::Message::Text(_)) => {
                let asker = context.address();
                let all = self.0.lock().expect("whole");
                all.iter()
                    .filter(|page| **page != asker)
                    .for_each(|page| drop(page.try_send(Say)));
            }
            Ok(_) => {}
            Err(_) => context.stop(),
        }
    }
}

async fn open(
    request: HttpRequest,
    stream: web::Payload,
    all: web::Data<All>,
) -> actix_web::Result<HttpResponse> {
    ws::start(Page(all.get_ref().clone()), &request, stream)
}

/// Serves until it is killed.
pub fn serve() {
    actix_web::rt::System::new()
        .block_on(async {
            let all: web::Data<All> = web::Data::new(Arc::default());
            let app = move || App::new().app_data(all.clone()).route("/ws", web::get().to(open));
            let server = HttpServer::new(app).workers(2).bind(("127.0.0.1", 0))?;
            println!("listening on {}", server.addrs()[0]);
            server.run().await
        })
        .expect("it serves");
}
