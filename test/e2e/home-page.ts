import { expect, type Locator, type Page } from '@playwright/test';

/** Deploys with a name of the test's own through the options, as a user would. Leaves the page on the run's steps. */
export async function deployNamed(page: Page, title: string, name: string): Promise<void> {
  await page.getByRole('button', { name: `Options… ${title}` }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: `Deploy ${name}` }).click();
  await expect(page).toHaveURL(new RegExp(`#/lab/${name}$`));
}

/** The steps of the run on the page. */
export function stepsOf(page: Page): Locator {
  return page.getByRole('region', { name: /^(Deploy|Finish|Destroy|Add|Remove) / });
}

/** One step of it by its title. */
export function stepOf(page: Page, title: string): Locator {
  return stepsOf(page).getByRole('listitem').filter({ hasText: title });
}
