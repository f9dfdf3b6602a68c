/**
 * Loads descriptors, checks them across, prints them, and describes them for editors and people.
 */
package sluice.core.descriptor.load;
