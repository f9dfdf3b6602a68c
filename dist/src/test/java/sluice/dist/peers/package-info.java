/**
 * Programs that others wrote, as separate processes: real servers and real clients for the
 * end-to-end tests.
 */
package sluice.dist.peers;
