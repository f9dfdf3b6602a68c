/** Listeners: accept, limit and hand over to a protocol. */
package sluice.core.listener;
