import { graphql } from '../generated/index.ts';

/** Everything that a stream can say, without a single alias. */
export const MatchingSession = graphql(`
  subscription MatchingSession($input: MatchingSessionInput!, $after: Int) {
    matchingSession(input: $input, after: $after) {
      __typename
      ... on SessionEvent {
        sessionId
        sequence
        timestamp
      }
      ... on ProcessingUpdate {
        stage
        progress
        details
        answeredInteractionId
      }
      ... on UserInteraction {
        interactionId
        interactionType
        question
        fieldName
        context {
          preferenceId
          requiredFor
          reason
          attempt
        }
        options {
          value
          label
        }
        expiresAt
      }
      ... on MatchResults {
        success
        offers {
          centerId
          centerName
          score
          center {
            id
            name
            address
            district
            latitude
            longitude
            languages
            pedagogy
            openingHours
            capacity
            freePlaces
            freePlacesUpdatedAt
            minAgeMonths
            maxAgeMonths
            website
            phone
          }
          explanation
          preferenceMatches {
            simplePreferences {
              type
              satisfied
              details
              score
            }
            complexPreferences {
              __typename
              type
              preferenceId
              satisfied
              details
              score
              processingMetadata {
                pipelineUsed
                pipelineName
                executionTimesMs
              }
              ... on LocationDistanceMatch {
                legs {
                  location
                  transportMode
                  distanceKm
                  routeKm
                  travelMinutes
                  maxDistanceKm
                  maxTravelMinutes
                  rating
                  source
                  score
                }
              }
              ... on CareHoursMatch {
                uncoveredMinutes
              }
            }
          }
        }
        counterfactuals {
          preferenceId
          type
          fieldName
          value
          addsCenters
          isAtLeast
          details
        }
        processingDetails {
          centersEvaluated
          complexTypesProcessed
          processingTimeMs
          interactionsRequired
          warnings {
            code
            field
            message
          }
        }
      }
      ... on Error {
        errorCode
        message
        fatal
        errorDetails {
          parentId
          failedStage
          interactionId
          retryAfterMs
          issues {
            path
            message
          }
        }
      }
    }
  }
`);

/** What a second reader of a session sees: enough to follow it. */
export const SessionEvents = graphql(`
  subscription SessionEvents($sessionId: ID!, $after: Int) {
    sessionEvents(sessionId: $sessionId, after: $after) {
      __typename
      ... on SessionEvent {
        sessionId
        sequence
        timestamp
      }
      ... on ProcessingUpdate {
        stage
        progress
        answeredInteractionId
      }
      ... on UserInteraction {
        interactionId
        interactionType
        question
        fieldName
      }
      ... on MatchResults {
        success
        offers {
          centerId
          score
        }
      }
      ... on Error {
        errorCode
        message
        fatal
      }
    }
  }
`);

export const RespondToInteraction = graphql(`
  mutation RespondToInteraction($input: RespondToInteractionInput!) {
    respondToInteraction(input: $input) {
      __typename
      ... on InteractionReceipt {
        sessionId
        interactionId
        status
      }
      ... on Error {
        sessionId
        sequence
        errorCode
        message
        fatal
        errorDetails {
          interactionId
          issues {
            path
            message
          }
        }
      }
    }
  }
`);

export const SessionStatus = graphql(`
  query SessionStatus($sessionId: ID!) {
    sessionStatus(sessionId: $sessionId) {
      __typename
      ... on SessionStatus {
        sessionId
        completed
        interactionsCount
        hasResults
        stage
        progress
        pendingInteraction {
          interactionId
          question
        }
        pendingInteractions {
          interactionId
          interactionType
          fieldName
        }
        lastSequence
        startedAt
        expiresAt
      }
      ... on Error {
        sessionId
        sequence
        errorCode
        message
        fatal
      }
    }
  }
`);

export const CancelSession = graphql(`
  mutation CancelSession($sessionId: ID!) {
    cancelSession(sessionId: $sessionId) {
      __typename
      ... on SessionStatus {
        sessionId
        completed
        lastSequence
      }
      ... on Error {
        sessionId
        errorCode
        message
        fatal
      }
    }
  }
`);
