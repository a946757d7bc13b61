import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { fieldsByProblem } from './app/features.ts';
import { coreTexts } from './app/messages.ts';
import { createConsoleRouter } from './app/router.tsx';
import { returnAfterSignIn } from './app/session-end.ts';
import { createQueryClient } from './shared/api/query-client.ts';
import { detectLanguage, LanguageProvider } from './shared/i18n/language.tsx';
import { createTextStore } from './shared/i18n/text-store.ts';
import './shared/theme/styles.ts';
import { FieldsByProblem } from './shared/use-form-problem.ts';
import { watchSentForms } from './shared/focus-wrong-field.ts';
import { cssVariablesResolver, theme } from './shared/theme/theme.ts';
import { NotificationPlace } from './shared/ui/load-page-kit.tsx';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'candor.color-scheme' });

async function start(container: HTMLElement): Promise<void> {
  const language = detectLanguage();
  const texts = await createTextStore(language, [coreTexts]);
  const queryClient = createQueryClient(() => returnAfterSignIn(router, queryClient));
  const router = createConsoleRouter(queryClient, texts);
  createRoot(container).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariablesResolver}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
        // All variables come from the theme: the file of their defaults would be half of the first style sheet.
        deduplicateCssVariables={false}
      >
        <LanguageProvider texts={texts}>
          <FieldsByProblem value={fieldsByProblem}>
            <QueryClientProvider client={queryClient}>
              <Suspense fallback={null}>
                <NotificationPlace position="bottom-right" />
              </Suspense>
              <RouterProvider router={router} />
            </QueryClientProvider>
          </FieldsByProblem>
        </LanguageProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

// A page opened before an upgrade asks for files that are gone: load the new release, but not over and over.
window.addEventListener('vite:preloadError', (event) => {
  const minutesOfAge = performance.now() / 60_000;
  if (minutesOfAge < 0.2) return;
  event.preventDefault();
  window.location.reload();
});

watchSentForms();
const container = document.getElementById('root');
if (container !== null) void start(container);
