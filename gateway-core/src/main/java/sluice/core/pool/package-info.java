/**
 * Pools: membership, strategy and leases. What was configured is kept apart from what is true now;
 * picking takes no lock.
 */
package sluice.core.pool;
