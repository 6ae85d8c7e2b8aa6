package io.millrace.server.door.jms;

import io.millrace.kernel.Clock;
import io.millrace.server.broker.Broker;
import io.millrace.server.quota.QuotaEnforcer;

/** What all connections of the door share. Any thread. */
record DoorContext(
    Broker broker,
    JmsDoorConfig config,
    Clock clock,
    Clients clients,
    OpenTransactions openTransactions,
    JmsMetrics metrics,
    JmsSecurity security,
    QuotaEnforcer quotas) {}
