/**
 * The engine's campaign: random work on a store whose disk and process fail at any moment, checked
 * against a model that is too simple to be wrong. Knows the store's API and the file system with
 * faults; nothing of the store's insides.
 */
@org.jspecify.annotations.NullMarked
package io.millrace.log.campaign;
