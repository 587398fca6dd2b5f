/* Written by `npm run codegen` from schema/operations. */
import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import type { MutationOptions, MutationResult, QueryOptions, QueryResult, SubscriptionOptions, SubscriptionResult } from '../apollo/hook-types.ts';
import * as g from './graphql.ts';

export * from './graphql.ts';

export function useAddDocumentMutation(...options: MutationOptions<g.AddDocumentMutation, g.AddDocumentMutationVariables>): MutationResult<g.AddDocumentMutation, g.AddDocumentMutationVariables> {
  return useMutation<g.AddDocumentMutation, g.AddDocumentMutationVariables>(g.AddDocumentDocument, ...options);
}

export function useCancelReplyMutation(...options: MutationOptions<g.CancelReplyMutation, g.CancelReplyMutationVariables>): MutationResult<g.CancelReplyMutation, g.CancelReplyMutationVariables> {
  return useMutation<g.CancelReplyMutation, g.CancelReplyMutationVariables>(g.CancelReplyDocument, ...options);
}

export function useChatMessageQuery(...options: QueryOptions<g.ChatMessageQuery, g.ChatMessageQueryVariables>): QueryResult<g.ChatMessageQuery, g.ChatMessageQueryVariables> {
  return useQuery<g.ChatMessageQuery, g.ChatMessageQueryVariables>(g.ChatMessageDocument, ...options);
}

export function useChatSessionChangedSubscription(...options: SubscriptionOptions<g.ChatSessionChangedSubscription, g.ChatSessionChangedSubscriptionVariables>): SubscriptionResult<g.ChatSessionChangedSubscription, g.ChatSessionChangedSubscriptionVariables> {
  return useSubscription<g.ChatSessionChangedSubscription, g.ChatSessionChangedSubscriptionVariables>(g.ChatSessionChangedDocument, ...options);
}

export function useChatSessionQuery(...options: QueryOptions<g.ChatSessionQuery, g.ChatSessionQueryVariables>): QueryResult<g.ChatSessionQuery, g.ChatSessionQueryVariables> {
  return useQuery<g.ChatSessionQuery, g.ChatSessionQueryVariables>(g.ChatSessionDocument, ...options);
}

export function useChatSessionsQuery(...options: QueryOptions<g.ChatSessionsQuery, g.ChatSessionsQueryVariables>): QueryResult<g.ChatSessionsQuery, g.ChatSessionsQueryVariables> {
  return useQuery<g.ChatSessionsQuery, g.ChatSessionsQueryVariables>(g.ChatSessionsDocument, ...options);
}

export function useCreateChatSessionMutation(...options: MutationOptions<g.CreateChatSessionMutation, g.CreateChatSessionMutationVariables>): MutationResult<g.CreateChatSessionMutation, g.CreateChatSessionMutationVariables> {
  return useMutation<g.CreateChatSessionMutation, g.CreateChatSessionMutationVariables>(g.CreateChatSessionDocument, ...options);
}

export function useDeleteChatSessionMutation(...options: MutationOptions<g.DeleteChatSessionMutation, g.DeleteChatSessionMutationVariables>): MutationResult<g.DeleteChatSessionMutation, g.DeleteChatSessionMutationVariables> {
  return useMutation<g.DeleteChatSessionMutation, g.DeleteChatSessionMutationVariables>(g.DeleteChatSessionDocument, ...options);
}

export function useDeleteDocumentMutation(...options: MutationOptions<g.DeleteDocumentMutation, g.DeleteDocumentMutationVariables>): MutationResult<g.DeleteDocumentMutation, g.DeleteDocumentMutationVariables> {
  return useMutation<g.DeleteDocumentMutation, g.DeleteDocumentMutationVariables>(g.DeleteDocumentDocument, ...options);
}

export function useDocumentQuery(...options: QueryOptions<g.DocumentQuery, g.DocumentQueryVariables>): QueryResult<g.DocumentQuery, g.DocumentQueryVariables> {
  return useQuery<g.DocumentQuery, g.DocumentQueryVariables>(g.DocumentDocument, ...options);
}

export function useDocumentTextQuery(...options: QueryOptions<g.DocumentTextQuery, g.DocumentTextQueryVariables>): QueryResult<g.DocumentTextQuery, g.DocumentTextQueryVariables> {
  return useQuery<g.DocumentTextQuery, g.DocumentTextQueryVariables>(g.DocumentTextDocument, ...options);
}

export function useDocumentsQuery(...options: QueryOptions<g.DocumentsQuery, g.DocumentsQueryVariables>): QueryResult<g.DocumentsQuery, g.DocumentsQueryVariables> {
  return useQuery<g.DocumentsQuery, g.DocumentsQueryVariables>(g.DocumentsDocument, ...options);
}

export function useEraseMyDataMutation(...options: MutationOptions<g.EraseMyDataMutation, g.EraseMyDataMutationVariables>): MutationResult<g.EraseMyDataMutation, g.EraseMyDataMutationVariables> {
  return useMutation<g.EraseMyDataMutation, g.EraseMyDataMutationVariables>(g.EraseMyDataDocument, ...options);
}

export function useForgetMemoryMutation(...options: MutationOptions<g.ForgetMemoryMutation, g.ForgetMemoryMutationVariables>): MutationResult<g.ForgetMemoryMutation, g.ForgetMemoryMutationVariables> {
  return useMutation<g.ForgetMemoryMutation, g.ForgetMemoryMutationVariables>(g.ForgetMemoryDocument, ...options);
}

export function useGenerateReportMutation(...options: MutationOptions<g.GenerateReportMutation, g.GenerateReportMutationVariables>): MutationResult<g.GenerateReportMutation, g.GenerateReportMutationVariables> {
  return useMutation<g.GenerateReportMutation, g.GenerateReportMutationVariables>(g.GenerateReportDocument, ...options);
}

export function useLimitsQuery(...options: QueryOptions<g.LimitsQuery, g.LimitsQueryVariables>): QueryResult<g.LimitsQuery, g.LimitsQueryVariables> {
  return useQuery<g.LimitsQuery, g.LimitsQueryVariables>(g.LimitsDocument, ...options);
}

export function useMessageStatesQuery(...options: QueryOptions<g.MessageStatesQuery, g.MessageStatesQueryVariables>): QueryResult<g.MessageStatesQuery, g.MessageStatesQueryVariables> {
  return useQuery<g.MessageStatesQuery, g.MessageStatesQueryVariables>(g.MessageStatesDocument, ...options);
}

export function useModelStatusQuery(...options: QueryOptions<g.ModelStatusQuery, g.ModelStatusQueryVariables>): QueryResult<g.ModelStatusQuery, g.ModelStatusQueryVariables> {
  return useQuery<g.ModelStatusQuery, g.ModelStatusQueryVariables>(g.ModelStatusDocument, ...options);
}

export function useModelsQuery(...options: QueryOptions<g.ModelsQuery, g.ModelsQueryVariables>): QueryResult<g.ModelsQuery, g.ModelsQueryVariables> {
  return useQuery<g.ModelsQuery, g.ModelsQueryVariables>(g.ModelsDocument, ...options);
}

export function usePreviewPromptQuery(...options: QueryOptions<g.PreviewPromptQuery, g.PreviewPromptQueryVariables>): QueryResult<g.PreviewPromptQuery, g.PreviewPromptQueryVariables> {
  return useQuery<g.PreviewPromptQuery, g.PreviewPromptQueryVariables>(g.PreviewPromptDocument, ...options);
}

export function useReplyPromptQuery(...options: QueryOptions<g.ReplyPromptQuery, g.ReplyPromptQueryVariables>): QueryResult<g.ReplyPromptQuery, g.ReplyPromptQueryVariables> {
  return useQuery<g.ReplyPromptQuery, g.ReplyPromptQueryVariables>(g.ReplyPromptDocument, ...options);
}

export function useReplyStreamSubscription(...options: SubscriptionOptions<g.ReplyStreamSubscription, g.ReplyStreamSubscriptionVariables>): SubscriptionResult<g.ReplyStreamSubscription, g.ReplyStreamSubscriptionVariables> {
  return useSubscription<g.ReplyStreamSubscription, g.ReplyStreamSubscriptionVariables>(g.ReplyStreamDocument, ...options);
}

export function useRestoreChatSessionMutation(...options: MutationOptions<g.RestoreChatSessionMutation, g.RestoreChatSessionMutationVariables>): MutationResult<g.RestoreChatSessionMutation, g.RestoreChatSessionMutationVariables> {
  return useMutation<g.RestoreChatSessionMutation, g.RestoreChatSessionMutationVariables>(g.RestoreChatSessionDocument, ...options);
}

export function useRetryReplyMutation(...options: MutationOptions<g.RetryReplyMutation, g.RetryReplyMutationVariables>): MutationResult<g.RetryReplyMutation, g.RetryReplyMutationVariables> {
  return useMutation<g.RetryReplyMutation, g.RetryReplyMutationVariables>(g.RetryReplyDocument, ...options);
}

export function useSearchDocumentsQuery(...options: QueryOptions<g.SearchDocumentsQuery, g.SearchDocumentsQueryVariables>): QueryResult<g.SearchDocumentsQuery, g.SearchDocumentsQueryVariables> {
  return useQuery<g.SearchDocumentsQuery, g.SearchDocumentsQueryVariables>(g.SearchDocumentsDocument, ...options);
}

export function useSearchMemoryQuery(...options: QueryOptions<g.SearchMemoryQuery, g.SearchMemoryQueryVariables>): QueryResult<g.SearchMemoryQuery, g.SearchMemoryQueryVariables> {
  return useQuery<g.SearchMemoryQuery, g.SearchMemoryQueryVariables>(g.SearchMemoryDocument, ...options);
}

export function useSendMessageMutation(...options: MutationOptions<g.SendMessageMutation, g.SendMessageMutationVariables>): MutationResult<g.SendMessageMutation, g.SendMessageMutationVariables> {
  return useMutation<g.SendMessageMutation, g.SendMessageMutationVariables>(g.SendMessageDocument, ...options);
}

export function useServerQuery(...options: QueryOptions<g.ServerQuery, g.ServerQueryVariables>): QueryResult<g.ServerQuery, g.ServerQueryVariables> {
  return useQuery<g.ServerQuery, g.ServerQueryVariables>(g.ServerDocument, ...options);
}

export function useSessionDocumentsQuery(...options: QueryOptions<g.SessionDocumentsQuery, g.SessionDocumentsQueryVariables>): QueryResult<g.SessionDocumentsQuery, g.SessionDocumentsQueryVariables> {
  return useQuery<g.SessionDocumentsQuery, g.SessionDocumentsQueryVariables>(g.SessionDocumentsDocument, ...options);
}

export function useSessionMemoriesQuery(...options: QueryOptions<g.SessionMemoriesQuery, g.SessionMemoriesQueryVariables>): QueryResult<g.SessionMemoriesQuery, g.SessionMemoriesQueryVariables> {
  return useQuery<g.SessionMemoriesQuery, g.SessionMemoriesQueryVariables>(g.SessionMemoriesDocument, ...options);
}

export function useSessionMessagesQuery(...options: QueryOptions<g.SessionMessagesQuery, g.SessionMessagesQueryVariables>): QueryResult<g.SessionMessagesQuery, g.SessionMessagesQueryVariables> {
  return useQuery<g.SessionMessagesQuery, g.SessionMessagesQueryVariables>(g.SessionMessagesDocument, ...options);
}

export function useSetLongTermMemoryMutation(...options: MutationOptions<g.SetLongTermMemoryMutation, g.SetLongTermMemoryMutationVariables>): MutationResult<g.SetLongTermMemoryMutation, g.SetLongTermMemoryMutationVariables> {
  return useMutation<g.SetLongTermMemoryMutation, g.SetLongTermMemoryMutationVariables>(g.SetLongTermMemoryDocument, ...options);
}

export function useUpdateChatSessionMutation(...options: MutationOptions<g.UpdateChatSessionMutation, g.UpdateChatSessionMutationVariables>): MutationResult<g.UpdateChatSessionMutation, g.UpdateChatSessionMutationVariables> {
  return useMutation<g.UpdateChatSessionMutation, g.UpdateChatSessionMutationVariables>(g.UpdateChatSessionDocument, ...options);
}

export function useUsageQuery(...options: QueryOptions<g.UsageQuery, g.UsageQueryVariables>): QueryResult<g.UsageQuery, g.UsageQueryVariables> {
  return useQuery<g.UsageQuery, g.UsageQueryVariables>(g.UsageDocument, ...options);
}

export function useViewerQuery(...options: QueryOptions<g.ViewerQuery, g.ViewerQueryVariables>): QueryResult<g.ViewerQuery, g.ViewerQueryVariables> {
  return useQuery<g.ViewerQuery, g.ViewerQueryVariables>(g.ViewerDocument, ...options);
}
