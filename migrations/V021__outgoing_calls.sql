-- Calls that people of a business make, and running calls that they take over: a row before the carrier is asked for anything.

-- Where somebody's phone rings.
ALTER TABLE users ADD COLUMN phone text;

CREATE TABLE outgoing_calls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id bigint NOT NULL REFERENCES businesses,
    -- `bridge`: the agent's phone rings, then the customer's. `take_over`: a running call is put through to the agent.
    kind text NOT NULL CHECK (kind IN ('bridge', 'take_over')),
    -- Of a call that is taken over: nobody, while the caller is no customer yet.
    customer_id bigint,
    agent bigint NOT NULL,
    agent_phone text NOT NULL,
    customer_phone text NOT NULL,
    our_number text NOT NULL,
    -- What the agent is told before the two are put together.
    briefing text NOT NULL,
    -- `waiting`: nothing was asked of the carrier. `placing`: it was asked, and what became of it is not known yet.
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN
        ('waiting', 'placing', 'ringing_agent', 'briefing', 'ringing_customer', 'ended')),
    outcome text CHECK (outcome IN ('completed', 'agent_no_answer', 'agent_busy', 'agent_declined', 'agent_failed', 'agent_hung_up',
        'customer_no_answer', 'customer_busy', 'customer_failed', 'caller_hung_up', 'canceled', 'carrier_refused', 'carrier_away')),
    -- The carrier's call: the agent's leg, or the caller's call that is taken over.
    call_sid text,
    turn smallint NOT NULL DEFAULT 0,
    requested_at timestamptz NOT NULL DEFAULT now(),
    placed_at timestamptz,
    accepted_at timestamptz,
    ended_at timestamptz,
    talk_s integer,
    -- Who looks after it, until when; `claim_no` is the fence.
    claim_no integer NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, id),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (outcome IS NOT NULL)),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
-- One call at a time for each customer and each phone that rings: whoever asks at the same moment, and on whichever engine.
CREATE UNIQUE INDEX outgoing_to_customer ON outgoing_calls (business_id, customer_phone) WHERE state <> 'ended';
CREATE UNIQUE INDEX outgoing_to_agent ON outgoing_calls (agent_phone) WHERE state <> 'ended';
CREATE INDEX outgoing_to_do ON outgoing_calls (lease_until) WHERE state <> 'ended';
CREATE INDEX outgoing_of_customer ON outgoing_calls (business_id, customer_id, id DESC);
CREATE INDEX outgoing_of_call ON outgoing_calls (call_sid) WHERE call_sid IS NOT NULL;
CALL keep_apart('outgoing_calls', 'business_id', 'SELECT, INSERT');
