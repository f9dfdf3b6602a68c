/**
 * Boot storms: what the descriptor says of them, who waits for a place, and when things are due.
 */
package sluice.tftp.storm;
