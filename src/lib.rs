//! agentlocator
