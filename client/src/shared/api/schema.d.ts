// Made by `npm run types` from openapi.json; never edited by hand.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who did it. */
        Actor: {
            /** Format: int64 */
            id: number;
            /** @description Empty when the person is gone. */
            name: string;
        };
        /** @description A sign of life. */
        Alive: {
            ok: boolean;
        };
        /** @description A program's token. Its secret is not kept. */
        ApiToken: {
            /** Format: int64 */
            id: number;
            name: string;
            /** Format: int64 */
            business_id: number;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
        };
        /** @description Something that happened. */
        AuditEntry: {
            /**
             * Format: int64
             * @description Rises by one in its chain.
             */
            seq: number;
            /** Format: date-time */
            at: string;
            actor?: components["schemas"]["Actor"] | null;
            /** @description `business.changed`, `login.failed`, … */
            action: string;
            subject: string;
            detail: Record<string, never>;
            /** @description Network address that it came from. */
            address: string;
            request_id: string;
        };
        /** @description A business. */
        Business: {
            /** Format: int64 */
            id: number;
            name: string;
            active: boolean;
            /** @description IANA name. */
            time_zone: string;
            /** @description Empty: the engine's own voice. */
            voice: string;
            /** @description Empty: the script's first words. */
            greeting_text: string;
            /** @description Whether the greeting is an uploaded sound. */
            greeting_uploaded: boolean;
            /** @description Whether there is a greeting to listen to yet. */
            greeting_ready: boolean;
            on_failure: components["schemas"]["OnFailure"];
            transfer_to?: string | null;
            /** Format: int32 */
            turn_limit: number;
            features: components["schemas"]["FeatureName"][];
            hours?: components["schemas"]["Hours"] | null;
            limits: components["schemas"]["Limits"];
            /** @description E.164. */
            numbers: string[];
            /**
             * Format: int64
             * @description Rises with each change; sent back with the next one.
             */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A change by a manager; what is left out stays. */
        BusinessPatch: {
            /** Format: int64 */
            version: number;
            name?: string | null;
            time_zone?: string | null;
            voice?: string | null;
            on_failure?: components["schemas"]["OnFailure"] | null;
            /** @description A number, or an empty text to take it away. */
            transfer_to?: string | null;
            /** Format: int32 */
            turn_limit?: number | null;
            hours?: components["schemas"]["Hours"] | null;
            /** @description True: the hours that the script says, instead of `hours`. */
            hours_of_script?: boolean;
        };
        /** @description The same by an administrator. */
        BusinessPut: {
            /** Format: int64 */
            version: number;
            name: string;
            time_zone: string;
            features: components["schemas"]["FeatureName"][];
            limits: components["schemas"]["Limits"];
        };
        /** @description A call. */
        Call: {
            /** @description `CA…` */
            id: string;
            /** @description E.164, or what the carrier said of a caller without a number. */
            caller: string;
            called: string;
            direction: string;
            status: components["schemas"]["CallStatus"];
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at?: string | null;
            /** Format: int32 */
            duration_s?: number | null;
            /**
             * Format: int64
             * @description Times that the caller spoke.
             */
            turns: number;
            customer?: components["schemas"]["CallCustomer"] | null;
            intent?: string | null;
            summary?: string | null;
        };
        /** @description Whose call it was. */
        CallCustomer: {
            /** Format: int64 */
            id: number;
            /** @description Empty when nobody said it. */
            name: string;
        };
        /** @description A call with its turns. */
        CallDetail: components["schemas"]["Call"] & {
            /** @description Oldest first. */
            turns_list: components["schemas"]["Turn"][];
            /** @description What was found in the caller's words, by name: `said` as people write it, `heard`, and whether it is `validated`. */
            details: Record<string, never>;
            /** @description Empty while the call runs. */
            tasks: components["schemas"]["CallTask"][];
        };
        /**
         * @description A call's status, as people know it.
         * @enum {string}
         */
        CallStatus: "ringing" | "in_progress" | "completed" | "busy" | "no_answer" | "canceled" | "failed";
        /** @description A task that the call promised. */
        CallTask: {
            /** Format: int64 */
            id: number;
            title: string;
            channel: string;
            /** Format: date-time */
            due_at: string;
        };
        /** @description What becomes of a member; what is left out stays. */
        ChangeOfMember: {
            role?: components["schemas"]["Role"] | null;
            /** @description False: he can't come in, and stays in the list. */
            active?: boolean | null;
            /** Format: int64 */
            version: number;
        };
        /** @description A business to look at. */
        Choice: {
            /** Format: int64 */
            business_id: number;
        };
        /** @description A log-in. */
        Credentials: {
            email: string;
            password: string;
        };
        /** @description An error. */
        Error: {
            /** @description One word of the list in the description. */
            error: string;
            /** @description A sentence. */
            detail: string;
            /** @description The request's id, as it is in `X-Request-ID` and in the log. */
            request_id: string;
            /** @description `feature_disabled`: which feature. */
            feature?: string | null;
            /** @description `invalid`: what is wrong with which field. */
            fields?: {
                [key: string]: string;
            } | null;
            /** @description `conflict`: the thing as it is now. */
            current?: Record<string, never> | null;
            /** @description `invalid`: what is wrong with a script, by line. */
            problems?: components["schemas"]["ScriptProblem"][] | null;
        };
        /**
         * @description A feature of the product.
         * @enum {string}
         */
        FeatureName: "calls" | "crm" | "whatsapp" | "signatures" | "invoices";
        /** @description The first administrator. */
        FirstRun: {
            /** @description As the engine printed it when it started. */
            code: string;
            name: string;
            email: string;
            password: string;
        };
        /** @description A day that differs. */
        Holiday: {
            /** Format: date */
            date: string;
            name?: string;
            /** @description Empty: closed. */
            open?: components["schemas"]["Span"][];
        };
        /** @description Opening hours. */
        Hours: {
            /** @description Seven days, Sunday first; a day is a list of spans, empty when closed. */
            week: components["schemas"]["Span"][][];
            /** @description Days that differ from their weekday. */
            holidays?: components["schemas"]["Holiday"][];
        };
        /** @description An invitation. */
        Invitation: {
            /** Format: int64 */
            id: number;
            email: string;
            name: string;
            role: components["schemas"]["Role"];
            state: components["schemas"]["InvitationState"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description Name of who invited. */
            invited_by?: string | null;
        };
        /** @description What an invitation is to. */
        InvitationLook: {
            email: string;
            business_name: string;
            role: components["schemas"]["Role"];
            name: string;
            /** @description There is a person with this address already: his own password is asked for. */
            known: boolean;
        };
        /**
         * @description What became of an invitation.
         * @enum {string}
         */
        InvitationState: "pending" | "accepted" | "expired" | "revoked";
        /** @description How much of the engine a business may have; who rings beyond it leaves a message. */
        Limits: {
            /** Format: int32 */
            concurrent_calls: number;
            /** Format: int32 */
            calls_per_day: number;
        };
        /** @description A link to be given to somebody, once: it can't be shown again. */
        Link: {
            link: string;
        };
        /** @description The secret of a link. */
        LinkToken: {
            token: string;
        };
        /** @description Calls that run now. */
        LiveCalls: {
            results: components["schemas"]["CallDetail"][];
        };
        /**
         * @description The language of a person's pages.
         * @enum {string}
         */
        Locale: "he" | "en";
        /** @description Logged in. The same tokens are in cookies; a browser needs no other. */
        Login: {
            /** @description For `Authorization: Bearer`. */
            access_token: string;
            /**
             * Format: int64
             * @description Seconds.
             */
            expires_in: number;
            me: components["schemas"]["Me"];
        };
        /** @description An invitation and its link, shown this once. */
        MadeInvitation: {
            invitation: components["schemas"]["Invitation"];
            /** @description Works once and for a week. */
            link: string;
        };
        /** @description A token and its secret, shown this once. */
        MadeToken: {
            token: components["schemas"]["ApiToken"];
            /** @description `al_…`, for `Authorization: Bearer`. */
            secret: string;
        };
        /** @description Who is logged in, and where he is. */
        Me: {
            user: components["schemas"]["Person"];
            /** @description Administrator of the platform. */
            admin: boolean;
            business?: components["schemas"]["OwnBusiness"] | null;
            memberships: components["schemas"]["Membership"][];
        };
        /** @description Somebody in the business. */
        Member: {
            /** Format: int64 */
            user_id: number;
            name: string;
            email: string;
            role: components["schemas"]["Role"];
            active: boolean;
            /** Format: date-time */
            last_seen_at?: string | null;
            /**
             * Format: int64
             * @description Rises with each change; sent back with the next one.
             */
            version: number;
        };
        /** @description A business that a person belongs to. */
        Membership: {
            /** Format: int64 */
            business_id: number;
            business_name: string;
            role: components["schemas"]["Role"];
        };
        /** @description A business to be made. */
        NewBusiness: {
            name: string;
            /** @description Its first phone number, in any Israeli spelling or E.164. */
            number?: string | null;
            /** @description IANA name; Asia/Jerusalem when not said. */
            time_zone?: string | null;
        };
        /** @description Somebody to be invited. */
        NewGuest: {
            email: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description A token to be made. */
        NewToken: {
            name: string;
            /** Format: int64 */
            business_id: number;
            role: components["schemas"]["Role"];
        };
        /** @description Somebody new: a name and a password. */
        Newcomer: {
            token: string;
            name: string;
            password: string;
        };
        /** @description A phone number. */
        Number: {
            /** @description In any Israeli spelling or E.164; kept as E.164. */
            number: string;
        };
        /**
         * @description What happens when the engine has not understood twice.
         * @enum {string}
         */
        OnFailure: "message" | "transfer" | "hang_up";
        /** @description What the log-in page needs to know. */
        Options: {
            /** @description Nobody can log in yet: the first-run page comes first. */
            first_run: boolean;
            /** @description The program's revision. */
            revision: string;
        };
        /** @description The business that the pages are about. */
        OwnBusiness: {
            /** Format: int64 */
            id: number;
            name: string;
            role?: components["schemas"]["Role"] | null;
            features: components["schemas"]["FeatureName"][];
            /** @description IANA name. */
            time_zone: string;
        };
        /** @description A page of a list. */
        Paged_ApiToken: {
            results: {
                /** Format: int64 */
                id: number;
                name: string;
                /** Format: int64 */
                business_id: number;
                role: components["schemas"]["Role"];
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                last_used_at?: string | null;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_AuditEntry: {
            results: {
                /**
                 * Format: int64
                 * @description Rises by one in its chain.
                 */
                seq: number;
                /** Format: date-time */
                at: string;
                actor?: components["schemas"]["Actor"] | null;
                /** @description `business.changed`, `login.failed`, … */
                action: string;
                subject: string;
                detail: Record<string, never>;
                /** @description Network address that it came from. */
                address: string;
                request_id: string;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Business: {
            results: {
                /** Format: int64 */
                id: number;
                name: string;
                active: boolean;
                /** @description IANA name. */
                time_zone: string;
                /** @description Empty: the engine's own voice. */
                voice: string;
                /** @description Empty: the script's first words. */
                greeting_text: string;
                /** @description Whether the greeting is an uploaded sound. */
                greeting_uploaded: boolean;
                /** @description Whether there is a greeting to listen to yet. */
                greeting_ready: boolean;
                on_failure: components["schemas"]["OnFailure"];
                transfer_to?: string | null;
                /** Format: int32 */
                turn_limit: number;
                features: components["schemas"]["FeatureName"][];
                hours?: components["schemas"]["Hours"] | null;
                limits: components["schemas"]["Limits"];
                /** @description E.164. */
                numbers: string[];
                /**
                 * Format: int64
                 * @description Rises with each change; sent back with the next one.
                 */
                version: number;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Call: {
            results: {
                /** @description `CA…` */
                id: string;
                /** @description E.164, or what the carrier said of a caller without a number. */
                caller: string;
                called: string;
                direction: string;
                status: components["schemas"]["CallStatus"];
                /** Format: date-time */
                started_at: string;
                /** Format: date-time */
                ended_at?: string | null;
                /** Format: int32 */
                duration_s?: number | null;
                /**
                 * Format: int64
                 * @description Times that the caller spoke.
                 */
                turns: number;
                customer?: components["schemas"]["CallCustomer"] | null;
                intent?: string | null;
                summary?: string | null;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Invitation: {
            results: {
                /** Format: int64 */
                id: number;
                email: string;
                name: string;
                role: components["schemas"]["Role"];
                state: components["schemas"]["InvitationState"];
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                expires_at: string;
                /** @description Name of who invited. */
                invited_by?: string | null;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Member: {
            results: {
                /** Format: int64 */
                user_id: number;
                name: string;
                email: string;
                role: components["schemas"]["Role"];
                active: boolean;
                /** Format: date-time */
                last_seen_at?: string | null;
                /**
                 * Format: int64
                 * @description Rises with each change; sent back with the next one.
                 */
                version: number;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Number: {
            results: {
                /** @description In any Israeli spelling or E.164; kept as E.164. */
                number: string;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Session: {
            results: {
                /** Format: uuid */
                id: string;
                /** Format: date-time */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When its tokens were renewed last.
                 */
                last_seen_at: string;
                address: string;
                user_agent: string;
                /** @description The one that asks. */
                current: boolean;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A page of a list. */
        Paged_Voice: {
            results: {
                /** @description As `voice` of the business. */
                id: string;
                /** @description Who speaks with it. */
                by: string;
            }[];
            /**
             * Format: int64
             * @description From 1.
             */
            page: number;
            /**
             * Format: int64
             * @description At least 1.
             */
            pages: number;
            /**
             * Format: int64
             * @description Rows in all.
             */
            total: number;
        };
        /** @description A change of one's own password. */
        PasswordChange: {
            current: string;
            /** @description 8 to 128 characters, and none of the commonest. */
            new: string;
        };
        /** @description A person. */
        Person: {
            /** Format: int64 */
            id: number;
            name: string;
            email: string;
            locale: components["schemas"]["Locale"];
        };
        /** @description What somebody changes of himself; what is left out stays. */
        ProfileChange: {
            name?: string | null;
            locale?: components["schemas"]["Locale"] | null;
        };
        /** @description A new password by a link. */
        Reset: {
            token: string;
            /** @description 8 to 128 characters, and none of the commonest. */
            password: string;
        };
        /**
         * @description What a person is in a business.
         * @enum {string}
         */
        Role: "agent" | "manager";
        /** @description A script with the business's version. */
        ScriptBody: {
            /** @description TOML, or JSON of the same shape. */
            source: string;
            /** Format: int64 */
            version: number;
        };
        /** @description Whether a script can be used. */
        ScriptCheck: {
            ok: boolean;
            problems: components["schemas"]["ScriptProblem"][];
        };
        /** @description What is wrong at one place. */
        ScriptProblem: {
            /** @description From 1. */
            line: number;
            /** @description From 1, in characters. */
            column: number;
            problem: string;
        };
        /** @description A script to be checked. */
        ScriptSource: {
            source: string;
        };
        /** @description A browser in which somebody is logged in. */
        Session: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When its tokens were renewed last.
             */
            last_seen_at: string;
            address: string;
            user_agent: string;
            /** @description The one that asks. */
            current: boolean;
        };
        /**
         * @description Who speaks.
         * @enum {string}
         */
        Side: "caller" | "reply";
        /** @description From, until: `09:00`. */
        Span: {
            from: string;
            to: string;
        };
        /** @description Proof for one WebSocket. */
        Ticket: {
            /** @description For `/ws?ticket=…`, once. */
            ticket: string;
            /**
             * Format: int32
             * @description Seconds.
             */
            expires_in: number;
        };
        /** @description Milliseconds that each stage took. */
        TookMs: {
            /** Format: int32 */
            download?: number | null;
            /** Format: int32 */
            transcribe?: number | null;
            /** Format: int32 */
            reply?: number | null;
            /** Format: int32 */
            synthesise?: number | null;
        };
        /** @description One turn: the caller speaks once and is answered once. */
        Turn: {
            /** Format: int32 */
            turn: number;
            /** @description `received`, `downloaded`, `validated`, `transcribed`, `replied`, `synthesised`, `done`, `rejected` or `dead`. */
            state: string;
            /** @description `turn`, or `message` for a message that was left. */
            purpose: string;
            /** Format: date-time */
            received_at: string;
            /** Format: date-time */
            answered_at?: string | null;
            heard?: string | null;
            answered?: string | null;
            intent?: string | null;
            understood?: boolean | null;
            /** @description Why it was rejected, or given up. */
            reason?: string | null;
            /** Format: int32 */
            audio_ms?: number | null;
            /** Format: int32 */
            speech_ms?: number | null;
            took_ms: components["schemas"]["TookMs"];
            transcribed_by?: string | null;
            replied_by?: string | null;
            synthesised_by?: string | null;
            /** @description Signed, works for ten minutes. */
            caller_audio?: string | null;
            /** @description Signed, works for ten minutes. */
            reply_audio?: string | null;
        };
        /** @description A voice that a business can have. */
        Voice: {
            /** @description As `voice` of the business. */
            id: string;
            /** @description Who speaks with it. */
            by: string;
        };
        /** @description A greeting's words. */
        Words: {
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
